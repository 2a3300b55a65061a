namespace Microsoft.ML.Data;

/// <summary>How well a multiclass classifier did on rows whose class is known.</summary>
public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics(MulticlassTally tally, int topKPredictionCount, ConfusionMatrix confusionMatrix)
    {
        MicroAccuracy = tally.MicroAccuracy;
        MacroAccuracy = tally.MacroAccuracy;
        LogLoss = tally.LogLoss;
        LogLossReduction = tally.LogLossReduction;
        PerClassLogLoss = tally.PerClassLogLoss;
        ConfusionMatrix = confusionMatrix;
        TopKPredictionCount = topKPredictionCount;
        if (topKPredictionCount > 0)
        {
            TopKAccuracyForAllK = tally.TopKAccuracies(topKPredictionCount);
            TopKAccuracy = TopKAccuracyForAllK[^1];
        }
    }

    /// <summary>Mean of -ln(score of the true class), scores clipped to [1e-15, 1]; 0 is best.</summary>
    public double LogLoss { get; }

    /// <summary>1 - LogLoss / entropy of the classes: 1 is best, 0 is no better than always answering the class frequencies.</summary>
    public double LogLossReduction { get; }

    /// <summary>The mean over classes of the share of a class's rows that were predicted right; classes without rows don't count.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The share of rows whose highest score is the true class's.</summary>
    public double MicroAccuracy { get; }

    /// <summary>
    /// The share of rows whose true class is among the <see cref="TopKPredictionCount"/> highest scores; 0 when none was asked for.
    /// </summary>
    public double TopKAccuracy { get; }

    /// <summary>The k of <see cref="TopKAccuracy"/>.</summary>
    public int TopKPredictionCount { get; }

    /// <summary>Top-k accuracy for k = 1 to <see cref="TopKPredictionCount"/>; null when none was asked for.</summary>
    public IReadOnlyList<double>? TopKAccuracyForAllK { get; }

    /// <summary><see cref="LogLoss"/> of each class's rows; 0 for a class without rows.</summary>
    public IReadOnlyList<double> PerClassLogLoss { get; }

    /// <summary>True against predicted classes.</summary>
    public ConfusionMatrix ConfusionMatrix { get; }
}
