using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Copies columns; learns nothing.</summary>
public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly InputOutputColumnPair[] _columns;

    internal ColumnCopyingEstimator(IHostEnvironment env, params InputOutputColumnPair[] columns) : this(env.Register("CopyColumns"), columns)
    {
    }

    private ColumnCopyingEstimator(IHost host, InputOutputColumnPair[] columns)
        : base(host, new ColumnCopyingTransformer(host, ColumnPairs.Checked(columns))) => _columns = columns;

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return InputColumns.With(inputSchema, _columns.Select(pair =>
        {
            SchemaShape.Column input = InputColumns.Find(inputSchema, pair.InputColumnName);
            return new SchemaShape.Column(pair.OutputColumnName, input.Kind, input.ItemType, input.IsKey, input.Annotations);
        }));
    }
}
