using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

/// <summary>A trainer of one feature column: checks the schema, then trains.</summary>
/// <typeparam name="TTransformer">The transformer that predicts with the model.</typeparam>
/// <typeparam name="TModel">The model's parameters.</typeparam>
public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    /// <summary>The feature column.</summary>
    public readonly SchemaShape.Column FeatureColumn;

    /// <summary>The label column.</summary>
    public readonly SchemaShape.Column LabelColumn;

    /// <summary>The weight column; not valid when all rows weigh the same.</summary>
    public readonly SchemaShape.Column WeightColumn;

    private protected TrainerEstimatorBase(IHost host, TrainerInputBaseWithWeight input, DataViewType labelType, bool isKey)
    {
        Host = host;
        host.CheckNonEmpty(input.FeatureColumnName, nameof(input.FeatureColumnName));
        host.CheckNonEmpty(input.LabelColumnName, nameof(input.LabelColumnName));
        FeatureColumn = new(input.FeatureColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);
        LabelColumn = new(input.LabelColumnName, SchemaShape.Column.VectorKind.Scalar, labelType, isKey);
        if (!string.IsNullOrEmpty(input.ExampleWeightColumnName))
            WeightColumn = new(input.ExampleWeightColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Single, false);
    }

    /// <inheritdoc/>
    public abstract TrainerInfo Info { get; }

    private protected IHost Host { get; }

    /// <summary>Trains a model, and gives the transformer that predicts with it.</summary>
    public TTransformer Fit(IDataView input)
    {
        CheckInputSchema(input);
        return Train(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        CheckInputSchema(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name);
        inputSchema.TryFindColumn(LabelColumn.Name, out SchemaShape.Column label);
        foreach (SchemaShape.Column column in GetOutputColumns(label))
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>Trains on data whose schema has been checked.</summary>
    private protected abstract TTransformer Train(IDataView input);

    /// <summary>The columns that the transformer will add.</summary>
    private protected abstract SchemaShape.Column[] GetOutputColumns(SchemaShape.Column label);

    private protected void CheckInputSchema(IDataView input) => CheckInputSchema(SchemaShape.Create(input.Schema));

    private void CheckInputSchema(SchemaShape inputSchema)
    {
        Check(FeatureColumn, "feature", nameof(inputSchema));
        if (WeightColumn.IsValid)
            Check(WeightColumn, "weight", nameof(inputSchema));
        Check(LabelColumn, "label", "labelCol");

        void Check(SchemaShape.Column wanted, string role, string mismatchParameter)
        {
            if (!inputSchema.TryFindColumn(wanted.Name, out SchemaShape.Column found))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), role, wanted.Name);
            if (!wanted.IsCompatibleWith(found))
                throw Host.ExceptSchemaMismatch(mismatchParameter, role, wanted.Name, wanted.GetTypeString(), found.GetTypeString());
        }
    }
}
