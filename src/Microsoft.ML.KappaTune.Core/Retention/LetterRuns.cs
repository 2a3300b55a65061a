namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The runs of so many letters or digits that a text has, at each letter another, whatever is between them and whether they are capitals.
/// Texts that have them in common quote each other: four or five words in a row.
/// </summary>
internal static class LetterRuns
{
    /// <summary>Letters of a run.</summary>
    private const int Length = 20;

    // A polynomial in an odd number, modulo 2^64.
    private const ulong Factor = 0x9E3779B97F4A7C15;

    private static readonly ulong Highest = Enumerable.Range(0, Length).Aggregate(1UL, (product, _) => unchecked(product * Factor));

    /// <summary>Each run as a number, in order; none of a text that is shorter than one.</summary>
    public static IEnumerable<ulong> Of(string text)
    {
        ulong run = 0;
        char[] last = new char[Length];
        int letters = 0;
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c))
                continue;
            char letter = char.ToLowerInvariant(c);
            int place = letters++ % Length;
            run = unchecked(run * Factor + letter - last[place] * Highest);
            last[place] = letter;
            if (letters >= Length)
                yield return run;
        }
    }

    /// <summary>The share of a text's letters that are in runs of a set; 0 of a text that is shorter than a run.</summary>
    public static double ShareIn(HashSet<ulong> runs, string text)
    {
        int end = Length - 1, covered = 0, coveredUntil = 0;
        foreach (ulong run in Of(text))
        {
            end++;
            if (!runs.Contains(run))
                continue;
            covered += end - Math.Max(coveredUntil, end - Length);
            coveredUntil = end;
        }

        return (double)covered / end;
    }
}
