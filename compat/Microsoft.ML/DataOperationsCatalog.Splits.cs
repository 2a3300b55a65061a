using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    // What rows are split by where neither the call nor the context has a seed: such splits are all the same.
    private const int DefaultSplitSeed = 42;

    /// <summary>Splits rows at random in two. Each row goes its own way: the sizes are approximate.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="testFraction">The chance of a row to be in the test set; above 0, below 1.</param>
    /// <param name="samplingKeyColumnName">Rows with equal values in this column stay together.</param>
    /// <param name="seed">Fixes the split; default: the context's seed.</param>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string? samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        return Split(data, SamplingColumn(data, samplingKeyColumnName), SplitSeed(seed), 0, testFraction);
    }

    /// <summary>Splits rows at random in folds, and gives each fold as the test set of the others. The sizes are approximate.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="numberOfFolds">How many; 2 or more.</param>
    /// <param name="samplingKeyColumnName">Rows with equal values in this column stay together.</param>
    /// <param name="seed">Fixes the split; default: the context's seed.</param>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string? samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        DataViewSchema.Column? column = SamplingColumn(data, samplingKeyColumnName);
        int splitSeed = SplitSeed(seed);
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold =>
            Split(data, column, splitSeed, (double)fold / numberOfFolds, (fold + 1.0) / numberOfFolds))];
    }

    private static TrainTestData Split(IDataView data, DataViewSchema.Column? samplingColumn, int seed, double lower, double upper) => new(
        RowFraction.Filter(data, samplingColumn, seed, lower, upper, inside: false),
        RowFraction.Filter(data, samplingColumn, seed, lower, upper, inside: true));

    private static DataViewSchema.Column? SamplingColumn(IDataView data, string? name)
    {
        if (name is null)
            return null;
        return data.Schema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptSchemaMismatch(null, "samplingKeyColumn", "SamplingKeyColumn", name);
    }

    private int SplitSeed(int? seed) => seed ?? (Environment as IHostEnvironmentInternal)?.State.Seed ?? DefaultSplitSeed;

    /// <summary>Data in two parts.</summary>
    public readonly struct TrainTestData
    {
        /// <summary>What to train on.</summary>
        public readonly IDataView TrainSet;

        /// <summary>What to test on.</summary>
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
