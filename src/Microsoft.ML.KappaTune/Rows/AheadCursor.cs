namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// Rows in their order, with what is found for several of them at once: it reads ahead, and keeps a copy of what the input gave for each
/// row until the row's turn comes, so that any input will do, shuffled ones and those that can be read only once too.
/// </summary>
internal sealed class AheadCursor : DataViewRowCursor
{
    // The first windows are small: who wants a row or two shouldn't wait for hundreds.
    private const int FirstWindow = 32;

    private readonly DataViewRowCursor _input;
    private readonly DataViewSchema _schema;
    private readonly bool[] _active;
    private readonly RowWindow _window;
    private readonly ColumnBuffer?[] _columns;
    private readonly ColumnBuffer<DataViewRowId> _ids;
    private readonly List<long> _batches = [];
    private readonly Delegate[] _getters;
    private int _windowSize;
    private int _slot = -1;
    private long _position = -1;
    private bool _inputEnded;
    private bool _ended;

    /// <param name="input">The input, with the active columns and those that the function reads; disposed with this cursor.</param>
    /// <param name="active">A flag for each column of the output: whether it was asked for.</param>
    public AheadCursor(DataViewRowCursor input, RowFunctionMapper mapper, AheadFunction function, bool[] active)
    {
        _input = input;
        _schema = mapper.OutputSchema;
        _active = active;
        _window = function.NewWindow(input, mapper.Inputs);
        _windowSize = Math.Min(FirstWindow, _window.Largest);
        _columns = [.. input.Schema.Select(column => active[column.Index] ? ColumnBuffer.Create(input, column) : null)];
        _ids = new ColumnBuffer<DataViewRowId>(input.GetIdGetter());
        _getters = _window.CreateGetters(this, Slot);
    }

    public override long Position => _position;

    public override long Batch => _slot < 0 ? 0 : _batches[_slot];

    public override DataViewSchema Schema => _schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (_slot + 1 == _batches.Count)
            Refill();
        if (_batches.Count == 0)
        {
            End();
            return false;
        }

        _slot++;
        _position++;
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        CursorColumns.RequireActive(_active, column);
        Delegate getter = column.Index < _columns.Length
            ? _columns[column.Index]!.CreateGetter(Slot)
            : _getters[column.Index - _columns.Length];
        return CursorColumns.Cast<TValue>(getter, column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ValueGetter<DataViewRowId>)_ids.CreateGetter(Slot);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Refill()
    {
        _window.Clear(_position + 1);
        _batches.Clear();
        _slot = -1;
        while (!_inputEnded && _batches.Count < _windowSize)
        {
            if (!_input.MoveNext())
            {
                _inputEnded = true;
                break;
            }

            int slot = _batches.Count;
            _batches.Add(_input.Batch);
            _ids.Load(slot);
            foreach (ColumnBuffer? column in _columns)
                column?.Load(slot);
            _window.Add();
        }

        _windowSize = Math.Min(2 * _windowSize, _window.Largest);
    }

    private void End()
    {
        if (_ended)
            return;
        _window.End(_position + 1);
        _ended = true;
        _slot = -1;
        _position = -1;
        _batches.Clear();
        _window.Clear(0);
    }

    private int Slot() => _slot >= 0 ? _slot : throw new InvalidOperationException("Cannot use getter with cursor in this state");
}
