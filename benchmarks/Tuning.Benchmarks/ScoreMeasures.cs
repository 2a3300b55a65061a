/// <summary>How good probabilities of classes are.</summary>
/// <param name="Accuracy">The share of the rows whose class has the highest one.</param>
/// <param name="MacroAccuracy">The mean over the classes of that share of a class's rows.</param>
/// <param name="LogLoss">The mean of the right classes' negative logarithms, in nats.</param>
/// <param name="CalibrationError">
/// The expected calibration error (Guo et al., arXiv:1706.04599): rows are put into <see cref="BinCount"/> bins of equal width by their
/// highest probability; the mean over rows of how far in their bin the mean of these is from the accuracy.
/// </param>
internal sealed record ScoreMeasures(double Accuracy, double MacroAccuracy, double LogLoss, double CalibrationError)
{
    public const int BinCount = 15;

    // Where a probability is zero in float32, as ML.NET's evaluation does.
    private const double LeastProbability = 1e-15;

    /// <param name="probabilities">Of each row, those of all classes.</param>
    /// <param name="labels">Of each row, its class.</param>
    public static ScoreMeasures Of(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> labels)
    {
        (float[] Probabilities, int Label, double Confidence, double Right)[] rows =
        [
            .. probabilities.Zip(labels, (its, label) =>
                (its, label, its.Max(), Array.IndexOf(its, its.Max()) == label ? 1.0 : 0)),
        ];
        return new(
            rows.Average(row => row.Right),
            rows.GroupBy(row => row.Label).Average(ofClass => ofClass.Average(row => row.Right)),
            rows.Average(row => -Math.Log(Math.Max(row.Probabilities[row.Label], LeastProbability))),
            rows.GroupBy(row => Math.Min((int)(BinCount * row.Confidence), BinCount - 1))
                .Sum(bin => Math.Abs(bin.Sum(row => row.Confidence - row.Right))) / rows.Length);
    }
}
