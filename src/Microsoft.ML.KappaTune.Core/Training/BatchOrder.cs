using Microsoft.ML.KappaTune.Compute;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>Which rows meet in which step: at random, but rows of like length together, so that little of a batch is padding.</summary>
internal static class BatchOrder
{
    // Rows are sorted within so many steps: enough that a batch of 32 is nearly of one length, few enough that the rows a row can
    // meet are other ones in each epoch.
    private const int WindowSteps = 32;

    /// <summary>The rows of each step of an epoch, sorted by length within a step. What seed and epoch give, they always give.</summary>
    public static int[][] Steps(IReadOnlyList<int> lengths, int rowsAStep, int seed, int epoch)
    {
        var random = new Random(RandomSeeds.ForOrder(seed, epoch));
        int[] rows = [.. Enumerable.Range(0, lengths.Count)];
        random.Shuffle(rows);
        int[][] steps = [.. rows.Chunk(WindowSteps * rowsAStep).SelectMany(window => window.OrderBy(row => lengths[row]).Chunk(rowsAStep))];
        random.Shuffle(steps);
        return steps;
    }
}
