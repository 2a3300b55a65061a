namespace Microsoft.ML.KappaTune.Audio;

/// <summary>The fewest substitutions, insertions and deletions that make one sequence of another (Levenshtein's).</summary>
internal static class Alignment
{
    // Costs are compared as one number: edits first, and of as many edits those with more substitutions.
    private const long Edit = 1L << 32, Substitution = Edit - 1;

    /// <summary>Work is the product of both lengths, memory that of the second.</summary>
    public static ErrorRate Count(ReadOnlySpan<int> said, ReadOnlySpan<int> heard)
    {
        // What it costs to make the first so many that were heard, of what was said so far.
        long[] costs = new long[heard.Length + 1];
        for (int j = 0; j < costs.Length; j++)
            costs[j] = j * Edit;
        for (int i = 0; i < said.Length; i++)
        {
            long diagonal = costs[0];
            costs[0] += Edit;
            for (int j = 0; j < heard.Length; j++)
            {
                long substituted = diagonal + (said[i] == heard[j] ? 0 : Substitution);
                diagonal = costs[j + 1];
                costs[j + 1] = Math.Min(substituted, Math.Min(costs[j], diagonal) + Edit);
            }
        }

        long edits = (costs[^1] + Edit - 1) / Edit, substitutions = edits * Edit - costs[^1];
        // Insertions less deletions are the difference of the lengths.
        long others = edits - substitutions, longer = heard.Length - said.Length;
        return new(substitutions, (others + longer) / 2, (others - longer) / 2, said.Length);
    }
}
