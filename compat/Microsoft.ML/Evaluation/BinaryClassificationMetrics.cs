namespace Microsoft.ML.Data;

/// <summary>How well a binary classifier did on rows whose class is known.</summary>
public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(BinaryTally tally)
    {
        ConfusionMatrix = new ConfusionMatrix(tally.Confusion, ["positive", "negative"], isBinary: true);
        AreaUnderRocCurve = tally.AreaUnderRocCurve();
        AreaUnderPrecisionRecallCurve = tally.AreaUnderPrecisionRecallCurve();
        Accuracy = tally.Accuracy;
        PositivePrecision = ConfusionMatrix.PerClassPrecision[0];
        PositiveRecall = ConfusionMatrix.PerClassRecall[0];
        NegativePrecision = ConfusionMatrix.PerClassPrecision[1];
        NegativeRecall = ConfusionMatrix.PerClassRecall[1];
        F1Score = 2 * PositivePrecision * PositiveRecall / (PositivePrecision + PositiveRecall);
    }

    /// <summary>The probability that a positive row scores higher than a negative one; ties count half.</summary>
    public double AreaUnderRocCurve { get; }

    /// <summary>The share of rows predicted right.</summary>
    public double Accuracy { get; }

    /// <summary>The share of positive predictions that are right.</summary>
    public double PositivePrecision { get; }

    /// <summary>The share of positive rows predicted as such.</summary>
    public double PositiveRecall { get; }

    /// <summary>The share of negative predictions that are right.</summary>
    public double NegativePrecision { get; }

    /// <summary>The share of negative rows predicted as such.</summary>
    public double NegativeRecall { get; }

    /// <summary>The harmonic mean of positive precision and recall; NaN where both are 0.</summary>
    public double F1Score { get; }

    /// <summary>The area under precision over recall, straight lines between thresholds.</summary>
    public double AreaUnderPrecisionRecallCurve { get; }

    /// <summary>True against predicted classes; the positive class is first.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }
}
