using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Turns data into other data; lazily, as it is read.</summary>
public interface ITransformer : ICanSaveModel
{
    /// <summary>Whether it maps row to row, and so has a <see cref="GetRowToRowMapper"/>.</summary>
    bool IsRowToRowMapper { get; }

    /// <summary>The columns that come out where <paramref name="inputSchema"/> goes in.</summary>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>The data turned into other data.</summary>
    IDataView Transform(IDataView input);

    /// <summary>A mapper of single rows; InvalidOperationException where there's none.</summary>
    IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema);
}
