using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>A trainer of trees.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="TTransformer">The transformer that predicts with the model.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class FastTreeTrainerBase<TOptions, TTransformer, TModel> : TrainerEstimatorBaseWithGroupId<TTransformer, TModel>
    where TOptions : TreeOptions, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected FastTreeTrainerBase(IHost host, TOptions options, DataViewType labelType) : base(host, options, labelType)
    {
        host.CheckUserArg(options.NumberOfTrees >= 1, nameof(options.NumberOfTrees), "Must be positive");
        host.CheckUserArg(options.NumberOfLeaves >= 2, nameof(options.NumberOfLeaves), "Must be 2 or more");
        host.CheckUserArg(options.MinimumExampleCountPerLeaf >= 1, nameof(options.MinimumExampleCountPerLeaf), "Must be positive");
        host.CheckUserArg(
            options.MaximumBinCountPerFeature is >= 2 and <= 65000, nameof(options.MaximumBinCountPerFeature), "Must be from 2 to 65000");
        host.CheckUserArg(options.FeatureFraction is > 0 and <= 1, nameof(options.FeatureFraction), "Must be above 0, at most 1");
        host.CheckUserArg(options.BaggingSize >= 0, nameof(options.BaggingSize), "Must be non-negative");
        host.CheckUserArg(
            options.BaggingExampleFraction is > 0 and <= 1, nameof(options.BaggingExampleFraction), "Must be above 0, at most 1");
        host.CheckUserArg(options.NumberOfThreads is null or > 0, nameof(options.NumberOfThreads), "Must be positive");
        TrainerOptions = options;
    }

    /// <inheritdoc/>
    public override TrainerInfo Info { get; } = new(needNormalization: false, wantCaching: false);

    private protected TOptions TrainerOptions { get; }
}
