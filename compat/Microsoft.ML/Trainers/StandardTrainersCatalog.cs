using Microsoft.ML.Trainers;

namespace Microsoft.ML;

/// <summary>Linear trainers.</summary>
public static class StandardTrainersCatalog
{
    /// <summary>A multinomial logistic regression, trained by limited-memory BFGS.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The true class: a key.</param>
    /// <param name="featureColumnName">The features: a vector of Single, of a known size.</param>
    /// <param name="exampleWeightColumnName">How much each row counts; null for all the same.</param>
    /// <param name="l1Regularization">Penalty on the sum of the weights' absolute values.</param>
    /// <param name="l2Regularization">Penalty on half the sum of the weights' squares.</param>
    /// <param name="optimizationTolerance">Training stops when the relative improvement a step falls below this.</param>
    /// <param name="historySize">How many steps the estimate of the curvature remembers.</param>
    /// <param name="enforceNonNegativity">Whether weights must not be negative.</param>
    public static LbfgsMaximumEntropyMulticlassTrainer LbfgsMaximumEntropy(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        float l1Regularization = 1,
        float l2Regularization = 1,
        float optimizationTolerance = 1e-7f,
        int historySize = 20,
        bool enforceNonNegativity = false) => catalog.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            L1Regularization = l1Regularization,
            L2Regularization = l2Regularization,
            OptimizationTolerance = optimizationTolerance,
            HistorySize = historySize,
            EnforceNonNegativity = enforceNonNegativity,
        });

    /// <summary>A multinomial logistic regression, trained by limited-memory BFGS.</summary>
    public static LbfgsMaximumEntropyMulticlassTrainer LbfgsMaximumEntropy(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, LbfgsMaximumEntropyMulticlassTrainer.Options options)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(options, nameof(options));
        return new LbfgsMaximumEntropyMulticlassTrainer(catalog.Owner.Environment, options);
    }
}
