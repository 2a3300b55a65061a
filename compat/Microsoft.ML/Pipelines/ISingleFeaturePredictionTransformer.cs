using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A transformer that scores one feature column with a trained model.</summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public interface ISingleFeaturePredictionTransformer<out TModel> : IPredictionTransformer<TModel>
{
    /// <summary>The feature column.</summary>
    string FeatureColumnName { get; }

    /// <summary>The type of the feature column when the model was trained.</summary>
    DataViewType FeatureColumnType { get; }
}
