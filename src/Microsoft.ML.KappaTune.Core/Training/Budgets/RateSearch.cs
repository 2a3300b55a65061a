namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// Looks on a geometric grid for the highest learning rate that is expected to stay within the budget. What it asks for next, and what it
/// chooses, follow from the probes alone.
/// </summary>
/// <param name="curve">How the budget's use grows.</param>
/// <param name="first">The rate to begin with.</param>
internal sealed class RateSearch(ForgettingCurve curve, double first)
{
    /// <summary>From one rate of the grid to the next.</summary>
    private const double Factor = 2;

    /// <summary>Rates of the grid below and above the first.</summary>
    private const int Below = -12, Above = 3;

    public const int MostProbes = 4;

    /// <summary>Places on the grid from one probe to the next: what one measured says little about rates far from its own.</summary>
    private const int Farthest = 3;

    /// <summary>A rate whose loss ends higher than a lower one's by more than this factor learns less, whatever it keeps.</summary>
    private const double Worse = 1.25;

    /// <summary>The rate that a search begins with: adapters begin at zero, and learn at about ten times the rate of weights.</summary>
    public static double FirstRate(TuningMethod method) =>
        method.IsLora ? 10 * TuningOptions.DefaultLearningRate : TuningOptions.DefaultLearningRate;

    /// <summary>The highest rate of the grid.</summary>
    public static double HighestRate(TuningMethod method) => FirstRate(method) * Math.Pow(Factor, Above);

    /// <summary>The highest rate that a run may rise to: none that a probe found to be too high.</summary>
    public static double Ceiling(TuningMethod method, IReadOnlyList<RateProbe> probes) =>
        probes.Where(probe => IsTooHigh(probe, probes)).Select(probe => probe.LearningRate).Append(HighestRate(method)).Min();

    /// <summary>The rate to try next; null where enough is known.</summary>
    public double? Next(IReadOnlyList<RateProbe> probes)
    {
        if (probes.Count == 0)
            return first;
        (int within, int beyond) = Bracket(probes);
        if (probes.Count == MostProbes || beyond - within == 1)
            return null;
        // Of those that say as little, the last one, which is farthest from the first.
        RateProbe nearest = probes.Reverse().MinBy(probe => Math.Abs(Math.Log(Math.Max(probe.Expected, 1e-3))))!;
        int wanted = double.IsFinite(nearest.Expected)
            ? IndexOf(nearest) + (int)Math.Round(Math.Clamp(
                Math.Log(curve.PathFactorTo(1, nearest.Expected), Factor), -Farthest, Farthest))
            : IndexOf(nearest) - Farthest;
        return RateAt(Math.Clamp(wanted, within + 1, beyond - 1));
    }

    /// <summary>The highest rate that learns and is within the budget, between the rates of the grid.</summary>
    public double Choose(IReadOnlyList<RateProbe> probes)
    {
        (int within, int beyond) = Bracket(probes);
        RateProbe? low = probes.FirstOrDefault(probe => IndexOf(probe) == within), high = probes.FirstOrDefault(
            probe => IndexOf(probe) == beyond && probe.Expected > 1 && double.IsFinite(probe.Expected));
        if (low is null)
        {
            double lower = high is null ? 0
                : high.LearningRate * curve.PathFactorTo(ForgettingCurve.Target, high.Expected);
            return Math.Max(lower, RateAt(Below));
        }

        if (high is null)
        {
            double factor = curve.PathFactorTo(ForgettingCurve.Target, low.Expected);
            return Math.Clamp(low.LearningRate * factor, low.LearningRate, RateAt(Math.Min(beyond - 1, Above)));
        }

        // On the line between both, in logarithms where both cost something.
        double share = low.Expected > 0
            ? Math.Log(ForgettingCurve.Target / low.Expected) / Math.Log(high.Expected / low.Expected)
            : (ForgettingCurve.Target - low.Expected) / (high.Expected - low.Expected);
        return low.LearningRate * Math.Pow(high.LearningRate / low.LearningRate, Math.Clamp(share, 0, 1));
    }

    /// <summary>The highest place on the grid that is within the budget, and the lowest above it that isn't.</summary>
    private (int Within, int Beyond) Bracket(IReadOnlyList<RateProbe> probes)
    {
        int beyond = probes.Where(probe => IsTooHigh(probe, probes)).Select(IndexOf).DefaultIfEmpty(Above + 1).Min();
        int within = probes.Select(IndexOf).Where(index => index < beyond).DefaultIfEmpty(Below - 1).Max();
        return (within, beyond);
    }

    /// <summary>Whether a probe's rate is beyond the budget, or learns less than a lower one.</summary>
    private static bool IsTooHigh(RateProbe probe, IReadOnlyList<RateProbe> probes) => !(probe.Expected <= 1)
        || probes.Any(other => other.LearningRate < probe.LearningRate && probe.LossAfter > Worse * other.LossAfter);

    private int IndexOf(RateProbe probe) => (int)Math.Round(Math.Log(probe.LearningRate / first, Factor));

    private double RateAt(int index) => first * Math.Pow(Factor, index);
}
