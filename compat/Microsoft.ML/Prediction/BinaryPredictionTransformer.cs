using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>
/// Adds PredictedLabel, a Boolean: whether Score is above 0; Score; and Probability. Any number of threads may use it at once.
/// </summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public sealed class BinaryPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel> where TModel : class
{
    private readonly IBinaryScorer _scorer;

    internal BinaryPredictionTransformer(IHostEnvironment env, TModel model, string featureColumnName, DataViewType featureColumnType)
        : base(env.Register("BinaryPredictionTransformer"), model, featureColumnName, featureColumnType) => _scorer = (IBinaryScorer)model;

    private protected override IRowMapper MakeRowMapper(DataViewSchema inputSchema, DataViewSchema.Column feature) =>
        new BinaryRowMapper(_scorer, inputSchema, feature);

    private protected override void SaveModel(ModelSaveContext ctx) =>
        BinaryPredictionTransformer.Save(ctx, Model, FeatureColumnName, FeatureColumnType);
}
