using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>The first rows.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="count">How many; positive.</param>
    public IDataView TakeRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRange(input, 0, count);
    }

    /// <summary>The rows after the first ones.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="count">How many are left out; positive.</param>
    public IDataView SkipRows(IDataView input, long count)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(count > 0, nameof(count), "Must be greater than zero.");
        return new RowRange(input, count, long.MaxValue);
    }

    /// <summary>The rows whose value in a column is in a range.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columnName">A column of single or double precision numbers.</param>
    /// <param name="lowerBound">The least value; included.</param>
    /// <param name="upperBound">The greatest value; not included.</param>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        Contracts.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be no less than lowerBound");
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw Contracts.ExceptSchemaMismatch(null, nameof(columnName), "filter", columnName, "number", column.Type.ToString()!);
        Contracts.CheckParam(column.Type.RawType == typeof(float) || column.Type.RawType == typeof(double), nameof(columnName),
            $"Column '{columnName}' does not have compatible type. Expected types are Single or Double.");
        return new RowFilter(input, [column], RowTests.InRange(column, lowerBound, upperBound));
    }

    /// <summary>The rows without a missing value (NaN, or key 0) in some columns.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columns">Columns of single or double precision numbers, of keys, or of vectors of them.</param>
    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(columns is { Length: > 0 }, nameof(columns), "Must contain at least one column");
        IDataView filtered = input;
        foreach (string name in columns)
        {
            DataViewSchema.Column column = input.Schema.GetColumnOrNull(name)
                ?? throw Contracts.ExceptParam(nameof(columns), $"Column '{name}' not found");
            filtered = new RowFilter(filtered, [column], RowTests.NotMissing(column)
                ?? throw Contracts.ExceptParam(nameof(columns),
                    $"Column '{name}' has type {column.Type} which does not support missing values, so we cannot filter on them"));
        }

        return filtered;
    }

    /// <summary>The rows in random order, which is the same at each reading.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="seed">Fixes the order; default: taken from the context's randomness, anew at each call.</param>
    /// <param name="shufflePoolSize">How many rows are kept in memory, out of which the next is chosen.</param>
    /// <param name="shuffleSource">Whether the input is asked to shuffle too, where it can.</param>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckParam(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new ShuffledRows(input, seed ?? Environment.Register("RowShuffling").Rand.Next(), shufflePoolSize, shuffleSource);
    }

    /// <summary>The rows, kept in memory once read. The first reading of a column reads it whole.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columnsToPrefetch">Columns that are read with the first ones, asked for or not.</param>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        Contracts.CheckValue(input, nameof(input));
        return new CachedRows(
            input, [.. (columnsToPrefetch ?? []).Select(name => ColumnSet.Find(input.Schema, name, nameof(columnsToPrefetch)))]);
    }
}
