using Microsoft.ML.KappaTune.Tests.Reports;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>A report with everything in it, and names that would like to be more than text.</summary>
internal static class TuningSample
{
    public const string HostileClass = "</script><script>alert('class')</script>{{report}}\u001b[31m";

    public static TuningReport Report() => new()
    {
        BaseModel = Sample.HostileModel,
        BaseFingerprint = "f1f2",
        Plan = Sample.Report().Plan(),
        Method = TuningMethod.Lora(rank: 8, dropout: 0.125),
        Classes = ["billing", "shipping", HostileClass],
        TrainingRows = 480,
        ValidationRows = 120,
        SkippedRows = 3,
        TruncatedRows = 7,
        TrainableParameters = 12_345,
        TotalParameters = 234_567,
        Epochs = [Epoch(1, 1.1, 0.95), Epoch(2, 0.5, 0.4), Epoch(3, 0.25, 0.6)],
        Losses = [.. Enumerable.Range(1, 45).Select(step => new StepLoss(step, 1.2 * Math.Exp(-0.05 * step), 1e-4 * (1 - step / 45.0)))],
        BestEpoch = 2,
        Stop = TuningStop.StoppedEarly,
        Device = "cpu",
        Threads = 2,
        ScanTime = TimeSpan.FromTicks(12_345_678),
        TokenizingTime = TimeSpan.FromTicks(46_002),
        TrainingTime = TimeSpan.FromSeconds(75),
        PeakMemoryBytes = 512_000_000,
        Warnings = [$"{Sample.HostileModel}/config.json, a_field: it isn't known and has no effect here."],
        Retention = new()
        {
            Text = "control </script>.txt",
            Windows = 200,
            Tokens = 25_000,
            MaskedTokens = 3_750,
            Objective = RetentionObjective.MaskedTokens,
            TaskTexts = 160,
            TaskDivergence = Estimate(0.012, 0.002),
            Loss = new() { Before = Estimate(3.25, 0.05), After = Estimate(3.5, 0.05), Difference = Estimate(0.25, 0.02) },
            Accuracy = new() { Before = Estimate(0.352, 0.01), After = Estimate(0.331, 0.01), Difference = Estimate(-0.021, 0.004) },
            Drift =
            [
                .. Enumerable.Range(0, 5).Select(layer => new RetentionDrift
                {
                    Layer = layer, CosineDistance = Estimate(0.04 * layer, 0.005 * layer), LinearCka = 1 - 0.02 * layer,
                }),
            ],
        },
    };

    private static RetentionEstimate Estimate(double value, double error) =>
        new() { Value = value, Low = value - error, High = value + error };

    private static EpochReport Epoch(int number, double training, double validation) => new(
        number, training, new(validation, 1 - validation / 2, 1 - validation), 123.456, TimeSpan.FromTicks(250_000_001));
}
