using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Rows;

namespace Microsoft.ML.KappaTune.CheckpointData;

/// <summary>Walks over the matrices of a checkpoint. A weight is read when its getter is called, into the caller's vector.</summary>
internal sealed class CheckpointCursor : DataViewRowCursor
{
    private readonly CheckpointDataView _view;
    private readonly bool[] _active;
    private readonly Checkpoint? _checkpoint;
    private readonly Dictionary<string, LogicalTensor> _weights = new(StringComparer.Ordinal);
    private int _next;
    private ScannedMatrix? _current;

    public CheckpointCursor(CheckpointDataView view, bool[] active)
    {
        _view = view;
        _active = active;
        _checkpoint = active[view.Schema[CheckpointColumns.Weight.Name].Index] ? view.Open() : null;
        foreach (LogicalTensor weight in _checkpoint?.Weights ?? [])
            _weights.Add(weight.Name, weight);
    }

    public override long Position => _current is null ? -1 : _next - 1;

    public override long Batch => 0;

    public override DataViewSchema Schema => _view.Schema;

    private ScannedMatrix Current => _current ?? throw new InvalidOperationException("The cursor is on no row.");

    public override bool MoveNext()
    {
        _current = _next < _view.Matrices.Count ? _view.Matrices[_next++] : null;
        return _current is not null;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        CursorColumns.RequireActive(_active, column);
        return CursorColumns.Cast<TValue>(Create(column.Name), column);
    }

    protected override void Dispose(bool disposing)
    {
        _next = _view.Matrices.Count;
        _current = null;
        if (disposing)
            _checkpoint?.Dispose();
        base.Dispose(disposing);
    }

    private Delegate Create(string column) => column switch
    {
        nameof(CheckpointColumns.Name) => Getter(matrix => matrix.Name.AsMemory()),
        nameof(CheckpointColumns.Role) => Getter(matrix => matrix.Role.ToString().AsMemory()),
        nameof(CheckpointColumns.Layer) => Getter(matrix => matrix.Layer ?? CheckpointColumns.None),
        nameof(CheckpointColumns.Expert) => Getter(matrix => matrix.Expert ?? CheckpointColumns.None),
        nameof(CheckpointColumns.Dimensions) => Getter(matrix => matrix.Shape.Count),
        nameof(CheckpointColumns.Rows) => Getter(matrix => matrix.Rows),
        nameof(CheckpointColumns.Columns) => Getter(matrix => matrix.Columns),
        nameof(CheckpointColumns.Parameters) => Getter(matrix => matrix.Parameters),
        nameof(CheckpointColumns.DataType) => Getter(matrix => CheckpointColumns.DataTypeOf(matrix).AsMemory()),
        _ => (ValueGetter<VBuffer<float>>)ReadWeight,
    };

    private ValueGetter<T> Getter<T>(Func<ScannedMatrix, T> read) => (ref T value) => value = read(Current);

    private void ReadWeight(ref VBuffer<float> value)
    {
        ScannedMatrix matrix = Current;
        if (matrix.Parameters > Array.MaxLength)
        {
            throw new NotSupportedException(
                $"{matrix.Id} has {matrix.Parameters} values; a vector column holds at most {Array.MaxLength}. Filter such rows out.");
        }

        if (matrix.Problem is not null)
        {
            value = VBufferEditor.Create(ref value, 0).Commit();
            return;
        }

        LogicalTensor tensor = _weights[matrix.Name];
        long first = matrix.IsStacked ? matrix.Expert!.Value * matrix.Parameters : 0;
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, (int)matrix.Parameters);
        tensor.Read(first, editor.Values);
        value = editor.Commit();
        tensor.Release(first, matrix.Parameters);
    }
}
