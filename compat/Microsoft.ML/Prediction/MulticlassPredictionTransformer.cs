using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>Adds PredictedLabel, a key, and Score, a vector with one number a class. Any number of threads may use it at once.</summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    private readonly LabelValues _labels;
    private readonly IMulticlassScorer _scorer;

    internal MulticlassPredictionTransformer(
        IHostEnvironment env, TModel model, string featureColumnName, DataViewType featureColumnType, LabelValues labels)
        : base(env.Register("MulticlassPredictionTransformer"), model, featureColumnName, featureColumnType)
    {
        _labels = labels;
        _scorer = (IMulticlassScorer)model;
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema, DataViewSchema.Column feature) =>
        new MulticlassRowMapper(_scorer, _labels, inputSchema, feature);

    private protected override void SaveModel(ModelSaveContext ctx) =>
        MulticlassPredictionTransformer.Save(ctx, Model, FeatureColumnName, FeatureColumnType, _labels);
}
