namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>How many rows a step has, and an epoch steps. The batches of a step have the rows and the order of one large batch.</summary>
internal static class RowSteps
{
    public static int RowsPerStep(TuningOptions options, int rows) =>
        (int)Math.Min((long)options.BatchSize * options.GradientAccumulation, rows);

    /// <summary>Steps of an epoch over so many rows.</summary>
    public static int PerEpoch(TuningOptions options, int rows)
    {
        int rowsPerStep = RowsPerStep(options, rows);
        return (rows + rowsPerStep - 1) / rowsPerStep;
    }
}
