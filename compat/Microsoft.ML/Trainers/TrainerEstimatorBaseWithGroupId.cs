using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>A trainer of one feature column that can be one for ranking as well.</summary>
/// <typeparam name="TTransformer">The transformer that predicts with the model.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class TrainerEstimatorBaseWithGroupId<TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected TrainerEstimatorBaseWithGroupId(IHost host, TrainerInputBaseWithGroupId input, DataViewType labelType)
        : base(host, input, labelType, isKey: false)
    {
    }
}
