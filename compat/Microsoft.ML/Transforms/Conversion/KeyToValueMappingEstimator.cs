using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Turns keys back into the values that they stand for; learns nothing.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal KeyToValueMappingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns) : this(env.Register("KeyToValue"), columns)
    {
    }

    private KeyToValueMappingEstimator(IHost host, InputOutputColumnPair[] columns)
        : base(host, new KeyToValueMappingTransformer(host, ColumnPairs.Checked(columns))) => _columns = columns;

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return InputColumns.With(inputSchema, _columns.Select(pair => Shape(inputSchema, pair)));
    }

    private SchemaShape.Column Shape(SchemaShape inputSchema, InputOutputColumnPair pair)
    {
        SchemaShape.Column input = InputColumns.Find(inputSchema, pair.InputColumnName);
        if (!input.IsKey)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.InputColumnName, "KeyType", input.GetTypeString());
        if (!input.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values))
            throw Host.ExceptParam(nameof(inputSchema), $"Input column '{pair.InputColumnName}' doesn't contain key values metadata");
        var annotations = new SchemaShape(InputColumns.SlotNames(input));
        return new SchemaShape.Column(pair.OutputColumnName, input.Kind, values.ItemType, values.IsKey, annotations);
    }
}
