namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// Choices of experts, k a token and token by token, sorted by expert; those of one expert stay in the order of their tokens.
/// </summary>
/// <param name="Experts">The experts that were chosen at all, in their order.</param>
/// <param name="Sizes">How often each of them was.</param>
/// <param name="Choices">The choices' numbers: those of the first expert, then those of the next.</param>
/// <param name="Owners">The tokens that they are of.</param>
internal sealed record ExpertGroups(int[] Experts, long[] Sizes, long[] Choices, long[] Owners)
{
    /// <param name="chosen">The expert of every choice.</param>
    /// <param name="expertCount">Experts that there are.</param>
    /// <param name="perToken">k.</param>
    public static ExpertGroups From(ReadOnlySpan<long> chosen, int expertCount, int perToken)
    {
        long[] counts = new long[expertCount], next = new long[expertCount], sorted = new long[chosen.Length];
        foreach (long expert in chosen)
            counts[expert]++;
        for (int i = 1; i < expertCount; i++)
            next[i] = next[i - 1] + counts[i - 1];
        for (int i = 0; i < chosen.Length; i++)
            sorted[next[chosen[i]]++] = i;
        int[] experts = [.. Enumerable.Range(0, expertCount).Where(expert => counts[expert] > 0)];
        return new(experts, [.. experts.Select(expert => counts[expert])], sorted, [.. sorted.Select(choice => choice / perToken)]);
    }
}
