using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that computes each output column from one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(IHost host, IReadOnlyList<InputOutputColumnPair> columns) : base(host) => Columns = columns;

    private protected IReadOnlyList<InputOutputColumnPair> Columns { get; }

    /// <summary>The input columns, one a pair; throws where one is missing.</summary>
    private protected DataViewSchema.Column[] FindInputs(DataViewSchema inputSchema) =>
        Columns.Select(pair => InputColumns.Find(inputSchema, pair.InputColumnName)).ToArray();

    /// <summary>Writes the pairs of names; <see cref="LoadColumns"/> reads them.</summary>
    private protected void SaveColumns(ModelSaveContext ctx) => ColumnPairs.Save(ctx, Columns);

    /// <summary>Reads the pairs of names that <see cref="SaveColumns"/> wrote.</summary>
    private protected static InputOutputColumnPair[] LoadColumns(ModelLoadContext ctx) => ColumnPairs.Load(ctx);
}
