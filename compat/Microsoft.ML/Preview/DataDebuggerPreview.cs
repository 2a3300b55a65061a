using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>The first rows of data, by row and by column.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Schema = data.Schema;
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        List<object>[] columns = [.. Schema.Select(_ => new List<object>())];
        using (DataViewRowCursor cursor = data.GetRowCursor(Schema))
        {
            Func<object>[] getters = [.. Schema.Select(column => BoxedGetters.Create(cursor, column))];
            while (rows.Count < maxRows && cursor.MoveNext())
            {
                var values = new KeyValuePair<string, object>[columns.Length];
                for (int i = 0; i < columns.Length; i++)
                {
                    object value = getters[i]();
                    columns[i].Add(value);
                    values[i] = new(Schema[i].Name, value);
                }

                rows.Add(new RowInfo(values));
            }
        }

        RowView = rows.ToImmutable();
        ColumnView = [.. Schema.Select(column => new ColumnInfo(column, [.. columns[column.Index]]))];
    }

    /// <summary>The columns, hidden ones included.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The rows, column by column.</summary>
    public ImmutableArray<ColumnInfo> ColumnView { get; }

    /// <summary>The rows.</summary>
    public ImmutableArray<RowInfo> RowView { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    /// <summary>The first values of a column.</summary>
    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        /// <summary>The column.</summary>
        public DataViewSchema.Column Column { get; }

        /// <summary>Its values, in the order of the rows.</summary>
        public object[] Values { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }

    /// <summary>The values of a row.</summary>
    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;

        /// <summary>The columns' names and values, in the order of the columns.</summary>
        public KeyValuePair<string, object>[] Values { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Values.Length} columns";
    }
}
