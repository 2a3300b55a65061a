namespace Microsoft.ML.KappaTune.Training;

/// <summary>Shuffles rows into steps, rows of like length together, so that little of a batch is padding.</summary>
internal static class BatchOrder
{
    // Rows are sorted by length within windows of so many steps. Longer windows would pad less, but give a row the same neighbours in
    // every epoch.
    private const int WindowSteps = 32;

    /// <summary>The rows of each step of an epoch, sorted by length within a step. The same seed and epoch always give the same.</summary>
    public static int[][] Steps(IReadOnlyList<int> lengths, int rowsPerStep, int seed, int epoch)
    {
        var random = new Random(RandomSeeds.ForOrder(seed, epoch));
        int[] rows = [.. Enumerable.Range(0, lengths.Count)];
        random.Shuffle(rows);
        int[][] steps =
            [.. rows.Chunk(WindowSteps * rowsPerStep).SelectMany(window => window.OrderBy(row => lengths[row]).Chunk(rowsPerStep))];
        random.Shuffle(steps);
        return steps;
    }
}
