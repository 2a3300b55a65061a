using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Joins columns into a vector; learns nothing, and checks the columns only when the transformer is used, or in a chain.</summary>
public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string[] _inputColumnNames;

    internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
    {
        _host = env.Register("Concatenate");
        _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
        _host.CheckValue(inputColumnNames, nameof(inputColumnNames));
        _host.CheckParam(inputColumnNames.Length > 0 && !inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames),
            "Must name at least one column, and none empty");
        _outputColumnName = outputColumnName;
        _inputColumnNames = inputColumnNames;
    }

    /// <inheritdoc/>
    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new ColumnConcatenatingTransformer(_host, _outputColumnName, _inputColumnNames);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        SchemaShape.Column[] inputs = Array.ConvertAll(_inputColumnNames, name => InputColumns.Find(inputSchema, name));
        foreach (SchemaShape.Column input in inputs)
        {
            if (!input.ItemType.Equals(inputs[0].ItemType) || input.IsKey != inputs[0].IsKey)
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", input.Name, inputs[0].ItemType.ToString()!, input.GetTypeString());
        }

        bool varies = inputs.Any(input => input.Kind == SchemaShape.Column.VectorKind.VariableVector);
        var kind = varies ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
        return InputColumns.With(inputSchema,
            [new SchemaShape.Column(_outputColumnName, kind, inputs[0].ItemType, inputs[0].IsKey, new SchemaShape(Annotations(inputs, varies)))]);
    }

    private static IEnumerable<SchemaShape.Column> Annotations(SchemaShape.Column[] inputs, bool varies)
    {
        if (!varies && inputs.Any(input => input.Kind == SchemaShape.Column.VectorKind.Scalar || input.HasSlotNames()))
            yield return new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
        if (inputs.All(input => input.IsNormalized()))
            yield return new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);
    }
}
