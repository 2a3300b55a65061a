namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// Finds out that a text has become one piece again and again, as texts of noise and silence do. People repeat themselves too: a number of
/// ten equal digits is none.
/// </summary>
internal static class TokenRepetition
{
    /// <summary>Tokens of the longest piece that is looked for, and of all of its copies at least, and copies at least.</summary>
    private const int LongestPiece = 8, FewestTokens = 24, FewestCopies = 4;

    /// <summary>How many tokens there are with the first copy; null where the last ones are no such copies.</summary>
    public static int? EndOfFirst(ReadOnlySpan<int> tokens)
    {
        for (int piece = 1; piece <= LongestPiece; piece++)
        {
            int same = 0;
            while (same < tokens.Length - piece && tokens[tokens.Length - 1 - same] == tokens[tokens.Length - 1 - same - piece])
                same++;
            int all = same + piece;
            if (all >= Math.Max(FewestTokens, FewestCopies * piece))
                return tokens.Length - same;
        }

        return null;
    }
}
