namespace Microsoft.ML.KappaTune.Rows;

/// <summary>Reads the texts of a row; what is missing is empty.</summary>
/// <param name="row">The row, or a cursor.</param>
/// <param name="columns">The text's column and, for pairs, that of the second text.</param>
internal sealed class TextColumns(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
{
    private readonly ValueGetter<ReadOnlyMemory<char>> _text = row.GetGetter<ReadOnlyMemory<char>>(columns[0]);
    private readonly ValueGetter<ReadOnlyMemory<char>>? _pair =
        columns.Count > 1 ? row.GetGetter<ReadOnlyMemory<char>>(columns[1]) : null;

    public (string Text, string? Pair) Read() => (Read(_text), _pair is null ? null : Read(_pair));

    private static string Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        return text.ToString();
    }
}
