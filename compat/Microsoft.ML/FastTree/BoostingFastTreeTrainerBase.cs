using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>A trainer of boosted trees.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="TTransformer">The transformer that predicts with the model.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class BoostingFastTreeTrainerBase<TOptions, TTransformer, TModel> : FastTreeTrainerBase<TOptions, TTransformer, TModel>
    where TOptions : BoostedTreeOptions, new()
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected BoostingFastTreeTrainerBase(IHost host, TOptions options, DataViewType labelType) : base(host, options, labelType)
    {
        host.CheckUserArg(options.LearningRate > 0, nameof(options.LearningRate), "Must be positive");
        host.CheckUserArg(options.Shrinkage > 0, nameof(options.Shrinkage), "Must be positive");
        host.CheckUserArg(options.MaximumTreeOutput > 0, nameof(options.MaximumTreeOutput), "Must be positive");
    }
}
