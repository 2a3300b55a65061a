namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Takes an exact share of the rows out for validation, of each class its share.</summary>
internal static class StratifiedSplit
{
    /// <summary>
    /// Both parts in the order of the rows. The validation part has round(fraction · rows) rows, at least one; classes get theirs by
    /// largest remainders, and each class of two rows or more keeps one to train on.
    /// </summary>
    public static (TextExample[] Train, TextExample[] Validation) Split(IReadOnlyList<TextExample> rows, double fraction, int seed)
    {
        var random = new Random(seed);
        int[][] classes = [.. Enumerable.Range(0, rows.Count).GroupBy(i => rows[i].Label).OrderBy(g => g.Key).Select(g => g.ToArray())];
        foreach (int[] members in classes)
            random.Shuffle(members);

        int wanted = Math.Max(1, (int)Math.Round(fraction * rows.Count, MidpointRounding.AwayFromZero));
        int[] taken = [.. classes.Select(members => Math.Min((int)(fraction * members.Length), members.Length - 1))];
        IEnumerable<int> byRemainder = Enumerable.Range(0, classes.Length)
            .OrderByDescending(c => fraction * classes[c].Length - taken[c]).ThenByDescending(c => classes[c].Length);
        foreach (int c in byRemainder.Where(c => taken[c] < classes[c].Length - 1).Take(Math.Max(0, wanted - taken.Sum())).ToArray())
            taken[c]++;

        var isTaken = new bool[rows.Count];
        for (int c = 0; c < classes.Length; c++)
            foreach (int row in classes[c].AsSpan(0, taken[c]))
                isTaken[row] = true;
        return ([.. rows.Where((_, i) => !isTaken[i])], [.. rows.Where((_, i) => isTaken[i])]);
    }
}
