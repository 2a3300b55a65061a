using Microsoft.ML.Trainers.FastTree;

namespace Microsoft.ML;

/// <summary>Trainers of trees.</summary>
public static class TreeExtensions
{
    /// <summary>Boosted decision trees for two classes.</summary>
    /// <param name="catalog">The trainers.</param>
    /// <param name="labelColumnName">The true class: a Boolean.</param>
    /// <param name="featureColumnName">The features: a vector of Single, of a known size.</param>
    /// <param name="exampleWeightColumnName">How much each row counts; null for all the same.</param>
    /// <param name="numberOfLeaves">The most leaves of a tree.</param>
    /// <param name="numberOfTrees">How many trees to grow.</param>
    /// <param name="minimumExampleCountPerLeaf">The fewest training rows of a leaf.</param>
    /// <param name="learningRate">The share of a full Newton step that each tree takes.</param>
    public static FastTreeBinaryTrainer FastTree(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int numberOfLeaves = 20,
        int numberOfTrees = 100,
        int minimumExampleCountPerLeaf = 10,
        double learningRate = 0.2) => catalog.FastTree(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            NumberOfLeaves = numberOfLeaves,
            NumberOfTrees = numberOfTrees,
            MinimumExampleCountPerLeaf = minimumExampleCountPerLeaf,
            LearningRate = learningRate,
        });

    /// <summary>Boosted decision trees for two classes.</summary>
    public static FastTreeBinaryTrainer FastTree(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, FastTreeBinaryTrainer.Options options)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(options, nameof(options));
        return new FastTreeBinaryTrainer(catalog.Owner.Environment, options);
    }
}
