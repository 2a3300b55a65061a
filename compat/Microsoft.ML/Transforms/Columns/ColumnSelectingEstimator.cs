using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps or drops columns; learns nothing.</summary>
public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    private readonly ColumnSelection _selection;

    internal ColumnSelectingEstimator(IHostEnvironment env, ColumnSelection selection)
        : base(env.Register("SelectColumns"), new ColumnSelectingTransformer(Checked(selection))) => _selection = selection;

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return _selection.Apply(inputSchema);
    }

    private static ColumnSelection Checked(ColumnSelection selection)
    {
        Contracts.CheckValue(selection.Names, "columnNames");
        Contracts.CheckParam(!selection.Names.Any(string.IsNullOrEmpty), "columnNames", "A column name cannot be null or empty");
        return selection;
    }
}
