namespace Microsoft.ML.KappaTune.IO;

/// <summary>How far what somebody wrote is from a name that there is.</summary>
internal static class EditDistance
{
    // A short name turns into any other with a few edits, and a long one that differs by more isn't misspelt.
    private const int LettersPerEdit = 3, Maximum = 3;

    /// <summary>
    /// Letters to put in, take out, replace or swap with the next, until what was written is the name; null where they are too many for a
    /// misspelt one.
    /// </summary>
    public static int? Find(string written, string name)
    {
        int edits = Count(written, name);
        return edits <= Math.Clamp(Math.Min(written.Length, name.Length) / LettersPerEdit, 1, Maximum) ? edits : null;
    }

    private static int Count(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }

        return edits[from.Length, to.Length];
    }
}
