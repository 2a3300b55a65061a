namespace Microsoft.ML.Data;

/// <summary>Binary metrics of a classifier that gives probabilities.</summary>
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(BinaryTally tally) : base(tally)
    {
        LogLoss = tally.LogLoss;
        Entropy = tally.Entropy;
        LogLossReduction = (Entropy - LogLoss) / Entropy;
    }

    /// <summary>Mean of -log2(probability of the true class), in bits; 0 is best.</summary>
    public double LogLoss { get; }

    /// <summary>1 - LogLoss / Entropy: 1 is best, 0 is no better than always answering the class frequencies.</summary>
    public double LogLossReduction { get; }

    /// <summary>The entropy of the classes, in bits: the log-loss of always answering their frequencies.</summary>
    public double Entropy { get; }
}
