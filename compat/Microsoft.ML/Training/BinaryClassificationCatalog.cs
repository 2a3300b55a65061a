using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Two classes: trainers and evaluation.</summary>
public sealed class BinaryClassificationCatalog : TrainCatalogBase
{
    internal BinaryClassificationCatalog(IHostEnvironment env) : base(env) => Trainers = new BinaryClassificationTrainers(this);

    /// <summary>Trainers for two classes.</summary>
    public BinaryClassificationTrainers Trainers { get; }

    /// <summary>Metrics of rows scored with probabilities, whose class is known.</summary>
    /// <param name="data">The scored rows; those without a label or with a score of NaN are left out.</param>
    /// <param name="labelColumnName">The true class, a Boolean.</param>
    /// <param name="scoreColumnName">The score; higher is more positive.</param>
    /// <param name="probabilityColumnName">The probability of the positive class.</param>
    /// <param name="predictedLabelColumnName">The predicted class, a Boolean.</param>
    public CalibratedBinaryClassificationMetrics Evaluate(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string probabilityColumnName = "Probability",
        string predictedLabelColumnName = "PredictedLabel")
    {
        Environment.CheckNonEmpty(probabilityColumnName, nameof(probabilityColumnName));
        return new(Count(data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName));
    }

    /// <summary>Metrics of rows scored without probabilities, whose class is known.</summary>
    /// <param name="data">The scored rows; those without a label or with a score of NaN are left out.</param>
    /// <param name="labelColumnName">The true class, a Boolean.</param>
    /// <param name="scoreColumnName">The score; higher is more positive.</param>
    /// <param name="predictedLabelColumnName">The predicted class, a Boolean.</param>
    public BinaryClassificationMetrics EvaluateNonCalibrated(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel") =>
        new(Count(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName));

    /// <summary>Trains once a fold on the other folds, and evaluates on it, probabilities included.</summary>
    /// <param name="data">The rows to train and evaluate on.</param>
    /// <param name="estimator">What to train.</param>
    /// <param name="numberOfFolds">The number of folds, 2 or more.</param>
    /// <param name="labelColumnName">The true class, for the evaluation.</param>
    /// <param name="samplingKeyColumnName">Rows with the same value here stay in one fold; null for rows by themselves.</param>
    /// <param name="seed">The seed of the folds; null for the context's.</param>
    public IReadOnlyList<CrossValidationResult<CalibratedBinaryClassificationMetrics>> CrossValidate(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string? samplingKeyColumnName = null, int? seed = null)
    {
        Environment.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        return CrossValidate(data, estimator, numberOfFolds, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));
    }

    /// <summary>Trains once a fold on the other folds, and evaluates on it.</summary>
    /// <inheritdoc cref="CrossValidate(IDataView, IEstimator{ITransformer}, int, string, string, int?)" path="/param"/>
    public IReadOnlyList<CrossValidationResult<BinaryClassificationMetrics>> CrossValidateNonCalibrated(
        IDataView data, IEstimator<ITransformer> estimator, int numberOfFolds = 5, string labelColumnName = "Label",
        string? samplingKeyColumnName = null, int? seed = null)
    {
        Environment.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        return CrossValidate(
            data, estimator, numberOfFolds, samplingKeyColumnName, seed, scored => EvaluateNonCalibrated(scored, labelColumnName));
    }

    private BinaryTally Count(
        IDataView data, string labelColumnName, string scoreColumnName, string? probabilityColumnName, string predictedLabelColumnName)
    {
        Environment.CheckValue(data, nameof(data));
        Environment.CheckNonEmpty(labelColumnName, nameof(labelColumnName));
        Environment.CheckNonEmpty(scoreColumnName, nameof(scoreColumnName));
        Environment.CheckNonEmpty(predictedLabelColumnName, nameof(predictedLabelColumnName));
        return BinaryEvaluator.Evaluate(
            Environment, data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName);
    }

    /// <summary>Trainers for two classes.</summary>
    public sealed class BinaryClassificationTrainers : CatalogInstantiatorBase
    {
        internal BinaryClassificationTrainers(BinaryClassificationCatalog catalog) : base(catalog)
        {
        }
    }
}
