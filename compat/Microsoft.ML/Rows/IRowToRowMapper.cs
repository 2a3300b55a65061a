namespace Microsoft.ML.Data;

/// <summary>Maps a row to a row, one at a time: what a prediction engine runs.</summary>
public interface IRowToRowMapper
{
    /// <summary>The columns of the rows that go in.</summary>
    DataViewSchema InputSchema { get; }

    /// <summary>The columns of the rows that come out.</summary>
    DataViewSchema OutputSchema { get; }

    /// <summary>The input columns that <paramref name="dependingColumns"/> of the output are computed from.</summary>
    IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns);

    /// <summary>An output row that follows <paramref name="input"/>: its getters read the input row as it is when they're called.</summary>
    /// <param name="input">A row with <see cref="InputSchema"/>; disposed with the result.</param>
    /// <param name="activeColumns">The output columns that will be read.</param>
    DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns);
}
