namespace Microsoft.ML.KappaTune.Rows;

/// <summary>The texts of rows that a cursor has read ahead.</summary>
internal sealed class TextRows(TextFunction function, TextColumns reader) : RowWindow
{
    private readonly TextWindow _window = new(function);

    public override void Clear(long firstRow) => _window.Clear(firstRow);

    public override void Add() => _window.Add(reader.Read());

    public override Delegate[] CreateGetters(DataViewRowCursor cursor, Func<int> slot) =>
    [
        .. function.CreateGetters(() => _window.Numbers(slot())), .. function.CreateTextGetters(cursor, () => _window.Texts(slot())),
    ];

    public override void End(long rows)
    {
        if (_window.Cut > 0)
            function.Cut(_window.Cut, rows);
    }
}
