using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that scores one feature column with a trained model.</summary>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class SingleFeaturePredictionTransformerBase<TModel> : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(IHost host, TModel model, string featureColumnName, DataViewType featureColumnType)
        : base(host, model)
    {
        FeatureColumnName = featureColumnName;
        FeatureColumnType = featureColumnType;
    }

    /// <summary>The feature column.</summary>
    public string FeatureColumnName { get; }

    /// <summary>The type of the feature column when the model was trained.</summary>
    public DataViewType FeatureColumnType { get; }

    /// <inheritdoc/>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        if (inputSchema.GetColumnOrNull(FeatureColumnName) is not { } feature)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "feature", FeatureColumnName);
        if (!feature.Type.Equals(FeatureColumnType))
        {
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "feature", FeatureColumnName,
                FeatureColumnType.ToString()!, feature.Type.ToString()!);
        }

        return Bind(inputSchema).OutputSchema;
    }

    private protected sealed override IRowMapper MakeRowMapper(DataViewSchema inputSchema)
    {
        if (inputSchema.GetColumnOrNull(FeatureColumnName) is not { } feature)
            throw Host.ExceptParam("schema", $"{FeatureColumnName} column 'Feature' not found");
        if (!feature.Type.Equals(FeatureColumnType))
            throw Host.Except($"Incompatible features column type: '{feature.Type}' vs '{FeatureColumnType}'");
        return MakeRowMapper(inputSchema, feature);
    }

    /// <summary>Binds the model to the feature column, whose type is the one it was trained with.</summary>
    private protected abstract IRowMapper MakeRowMapper(DataViewSchema inputSchema, DataViewSchema.Column feature);
}
