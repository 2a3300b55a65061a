using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Several classes: trainers and evaluation.</summary>
public sealed class MulticlassClassificationCatalog : TrainCatalogBase
{
    internal MulticlassClassificationCatalog(IHostEnvironment env) : base(env) => Trainers = new MulticlassClassificationTrainers(this);

    /// <summary>Trainers for several classes.</summary>
    public MulticlassClassificationTrainers Trainers { get; }

    /// <summary>
    /// Metrics of scored rows whose class is known. Rows without a label, or with scores that aren't finite, are left out.
    /// </summary>
    /// <param name="data">The scored rows.</param>
    /// <param name="labelColumnName">The true class: a key, or a Single that counts from 0.</param>
    /// <param name="scoreColumnName">The scores, a vector with one a class; log-losses take them as probabilities.</param>
    /// <param name="predictedLabelColumnName">The predicted class. It must be there; what counts are the scores.</param>
    /// <param name="topKPredictionCount">Up to which k to compute top-k accuracies; 0 for none, at most one more than there are
    /// classes.</param>
    public MulticlassClassificationMetrics Evaluate(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", int topKPredictionCount = 0)
    {
        Environment.CheckValue(data, nameof(data));
        Environment.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Environment.CheckNonEmpty(scoreColumnName, nameof(scoreColumnName));
        Environment.CheckNonEmpty(predictedLabelColumnName, nameof(predictedLabelColumnName));
        Environment.CheckParam(topKPredictionCount >= 0, nameof(topKPredictionCount), "Must be non-negative");
        return MulticlassEvaluator.Evaluate(
            Environment, data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }

    /// <summary>Trains once a fold on the other folds, and evaluates on it.</summary>
    /// <param name="data">The rows to train and evaluate on.</param>
    /// <param name="estimator">What to train.</param>
    /// <param name="numberOfFolds">The number of folds, 2 or more.</param>
    /// <param name="labelColumnName">The true class, for the evaluation.</param>
    /// <param name="samplingKeyColumnName">Rows with the same value here stay in one fold; null for rows by themselves.</param>
    /// <param name="seed">The seed of the folds; null for the context's.</param>
    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string? samplingKeyColumnName = null, int? seed = null)
    {
        Environment.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        return CrossValidate(data, estimator, numberOfFolds, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));
    }

    /// <summary>Trainers for several classes.</summary>
    public sealed class MulticlassClassificationTrainers : CatalogInstantiatorBase
    {
        internal MulticlassClassificationTrainers(MulticlassClassificationCatalog catalog) : base(catalog)
        {
        }
    }
}
