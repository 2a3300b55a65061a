using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>Writes data as text that a text loader reads back.</summary>
/// <param name="writer">Takes the text.</param>
/// <param name="separator">What stands between fields.</param>
/// <param name="forceDense">Whether rows of mostly defaults are written in full, too.</param>
internal sealed class TextSaver(TextWriter writer, char separator, bool forceDense)
{
    /// <summary>Writes rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="columns">The columns to write.</param>
    /// <param name="headerRow">Whether the columns' names come first, where there are any.</param>
    /// <param name="schema">Whether comments that tell a loader the columns' types come before all.</param>
    public void Save(IDataView data, IReadOnlyList<DataViewSchema.Column> columns, bool headerRow, bool schema)
    {
        // A vector's slots need names of their own: without any name at all there's nothing for a header to say.
        headerRow = headerRow && columns.Any(column => column.Type is not VectorDataViewType || column.HasSlotNames());
        if (schema)
            WriteSchema(columns, headerRow);
        if (headerRow)
            writer.WriteLine(string.Join(separator, columns.SelectMany(Names)));

        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        TextPrinter[] printers = [.. columns.Select(column => TextPrinter.Create(cursor, column, separator))];
        while (cursor.MoveNext())
            WriteRow(printers);
    }

    private void WriteSchema(IReadOnlyList<DataViewSchema.Column> columns, bool headerRow)
    {
        writer.WriteLine("#@ TextLoader{");
        if (headerRow)
            writer.WriteLine("#@   header+");
        writer.WriteLine($"#@   sep={TextSettings.Separator(separator)}");
        writer.WriteLine("#@   quote+");
        if (!forceDense && columns.Any(column => column.Type is VectorDataViewType))
            writer.WriteLine("#@   sparse+");
        int first = 0;
        foreach (DataViewSchema.Column column in columns)
        {
            // After a vector of varying length nobody knows where a column is.
            if (column.Type is VectorDataViewType { IsKnownSize: false })
                break;
            int count = column.Type.GetValueCount();
            writer.WriteLine($"#@   {TextSettings.Column(column, first, count)}");
            first += count;
        }

        writer.WriteLine("#@ }");
    }

    private IEnumerable<string> Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
            return [TextPrinter.Quote(column.Name, separator)];
        VBuffer<ReadOnlyMemory<char>> names = new(vector.Size, 0, null, null);
        if (column.HasSlotNames())
            column.GetSlotNames(ref names);
        return names.DenseValues().Select(name => TextPrinter.Quote(name.Span, separator));
    }

    private void WriteRow(TextPrinter[] printers)
    {
        var fields = new List<(int Index, string Text)>();
        var defaults = new List<(int First, string Text)>();
        int width = 0;
        foreach (TextPrinter printer in printers)
        {
            int before = fields.Count;
            int count = printer.Print(fields);
            for (int i = before; i < fields.Count; i++)
                fields[i] = (fields[i].Index + width, fields[i].Text);
            defaults.Add((width, printer.Default));
            width += count;
        }

        string dense = Dense(fields, defaults, width);
        if (!forceDense && fields.Count < width && !HasQuotes(fields) && Sparse(fields, defaults[0].Text, width) is { } sparse
            && sparse.Length < dense.Length)
            dense = sparse;
        writer.WriteLine(dense);
    }

    // A quoted field is never taken for a sparse one, so rows with one are written in full.
    private static bool HasQuotes(List<(int Index, string Text)> fields) => fields.Exists(field => field.Text.StartsWith('"'));

    private string? Sparse(List<(int Index, string Text)> fields, string firstDefault, int width)
    {
        // A row of defaults alone needs one of them to show that it is sparse.
        if (fields.Count == 0)
            return firstDefault.StartsWith('"') ? null : string.Create(CultureInfo.InvariantCulture, $"{width}{separator}0:{firstDefault}");
        var row = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{width}");
        foreach ((int index, string text) in fields)
            row.Append(separator).Append(CultureInfo.InvariantCulture, $"{index}:{text}");
        return row.ToString();
    }

    private string Dense(List<(int Index, string Text)> fields, List<(int First, string Text)> defaults, int width)
    {
        var row = new StringBuilder();
        int next = 0;
        int column = 0;
        for (int i = 0; i < width; i++)
        {
            while (column + 1 < defaults.Count && defaults[column + 1].First <= i)
                column++;
            if (i > 0)
                row.Append(separator);
            row.Append(next < fields.Count && fields[next].Index == i ? fields[next++].Text : defaults[column].Text);
        }

        return row.ToString();
    }
}
