using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.CheckpointData;

/// <summary>A checkpoint as data: what its rows hold, what is read when, and how long its files are open.</summary>
public sealed class CheckpointDataViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new();
    private readonly string _path;

    public CheckpointDataViewTests() => _path = SmallModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    private sealed class Described
    {
        public string Name { get; set; } = "";
        public string Role { get; set; } = "";
        public int Layer { get; set; }
        public int Expert { get; set; }
        public int Dimensions { get; set; }
        public long Rows { get; set; }
        public long Columns { get; set; }
        public long Parameters { get; set; }
        public string DataType { get; set; } = "";
    }

    [Fact]
    public void Has_a_row_a_matrix_and_a_row_an_expert()
    {
        Dictionary<(string, int), Described> rows = _context.Data.CreateEnumerable<Described>(
            _context.Data.LoadFromCheckpoint(_path), reuseRowObject: false).ToDictionary(row => (row.Name, row.Expert));

        Assert.Equal(SmallModel.Tensors.Length + 2, rows.Count);
        Check(rows[(SmallModel.Query, -1)], "Query", layer: 0, dimensions: 2, rows: 8, columns: 8, "F32");
        Check(rows[(SmallModel.QueryBias, -1)], "Bias", layer: 0, dimensions: 1, rows: 8, columns: 1, "F32");
        Check(rows[(SmallModel.Down, -1)], "FeedForwardOut", layer: 0, dimensions: 2, rows: 8, columns: 16, "BF16");
        Check(rows[(SmallModel.Head, -1)], "Head", layer: -1, dimensions: 2, rows: 20, columns: 8, "F32");
        Check(rows[(SmallModel.Mask, -1)], "Other", layer: -1, dimensions: 2, rows: 4, columns: 4, "U8");
        for (int expert = 0; expert < 3; expert++)
            Check(rows[(SmallModel.Experts, expert)], "ExpertOut", layer: 1, dimensions: 3, rows: 8, columns: 12, "F32");

        static void Check(Described row, string role, int layer, int dimensions, long rows, long columns, string type) => Assert.Equal(
            (role, layer, dimensions, rows, columns, rows * columns, type),
            (row.Role, row.Layer, row.Dimensions, row.Rows, row.Columns, row.Parameters, row.DataType));
    }

    [Fact]
    public void Weights_are_the_stored_values()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        var rows = view.GetColumn<string>("Name").Zip(view.GetColumn<int>("Expert"), view.GetColumn<float[]>("Weight")).ToArray();
        Assert.Equal(view.GetRowCount(), rows.Length);
        foreach ((string name, int expert, float[] weight) in rows)
            Assert.Equal(SmallModel.Values(_path, name, expert < 0 ? null : expert), weight);
    }

    [Fact]
    public void Columns_have_the_types_that_are_documented()
    {
        DataViewSchema schema = _context.Data.LoadFromCheckpoint(_path).Schema;
        Assert.Equal(
            "Name String, Role String, Layer Int32, Expert Int32, Dimensions Int32, Rows Int64, Columns Int64, Parameters Int64, "
            + "DataType String, Weight Vector<Single>",
            string.Join(", ", schema.Select(column => $"{column.Name} {column.Type}")));
    }

    [Fact]
    public void Without_the_weights_no_file_is_open()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        File.Delete(_path);
        Assert.Contains(SmallModel.Query, view.GetColumn<string>("Name"));
        var error = Assert.Throws<CheckpointFormatException>(() => view.GetRowCursor(view.Schema));
        Assert.Equal(_path, error.File);
    }

    [Fact]
    public void A_file_is_open_only_while_a_cursor_runs()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        DataViewSchema.Column weight = view.Schema["Weight"];
        VBuffer<float> value = default;
        DataViewRowCursor cursor = view.GetRowCursor([weight]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(weight);
        Assert.True(cursor.MoveNext());
        getter(ref value);
        cursor.Dispose();
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        cursor.Dispose();
    }

    [Fact]
    public void Another_file_in_its_place_is_an_error_that_names_the_tensor()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        SafetensorsWriter.Write(_path, [TensorSource.FromBytes(SmallModel.Query, TensorDataType.UInt8, [2, 2], new byte[4])]);
        var error = Assert.Throws<CheckpointFormatException>(() => view.GetColumn<float[]>("Weight").Count());
        Assert.NotNull(error.Tensor);
        Assert.Contains("Load the checkpoint again", error.Message);
    }

    [Fact]
    public void A_bad_file_is_an_error_at_once()
    {
        string bad = _folder.Write("bad.safetensors", [1, 2, 3]);
        Assert.Equal(bad, Assert.Throws<CheckpointFormatException>(() => _context.Data.LoadFromCheckpoint(bad)).File);
        Assert.Throws<ArgumentException>(() => _context.Data.LoadFromCheckpoint(" "));
    }

    [Fact]
    public void A_tensor_that_no_vector_can_hold_is_an_error_only_when_its_values_are_read()
    {
        const long Side = 50_000;
        string path = _folder.File("large.safetensors");
        byte[] header = Encoding.UTF8.GetBytes(
            $$$"""{"large.weight":{"dtype":"U8","shape":[{{{Side}}},{{{Side}}}],"data_offsets":[0,{{{Side * Side}}}]}}""");
        using (FileStream file = File.Create(path))
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            file.SetLength(file.Length + Side * Side); // a hole: takes no room on the disk
        }

        IDataView view = _context.Data.LoadFromCheckpoint(path);
        Assert.Equal([Side * Side], view.GetColumn<long>("Parameters"));
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Weight"]);
        Assert.True(cursor.MoveNext());
        VBuffer<float> value = default;
        Assert.Contains("large.weight", Assert.Throws<NotSupportedException>(() => getter(ref value)).Message);
    }

    [Fact]
    public void Cursors_on_several_threads_read_the_same()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        float[] Sums() => [.. view.GetColumn<float[]>("Weight").Select(weight => weight.Sum())];
        float[] expected = Sums();
        float[][] results = [.. Enumerable.Range(0, 16).AsParallel().Select(_ => Sums())];
        Assert.All(results, sums => Assert.Equal(expected, sums));
    }

    [Fact]
    public void Rows_are_on_their_place()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        using DataViewRowCursor cursor = view.GetRowCursorSet(view.Schema, n: 4).Single();
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        Assert.Equal(-1, cursor.Position);
        for (long place = 0; cursor.MoveNext(); place++)
        {
            Assert.Equal(place, cursor.Position);
            DataViewRowId id = default;
            getId(ref id);
            ids.Add(id);
        }

        Assert.Equal(-1, cursor.Position);
        Assert.Equal(view.GetRowCount(), ids.Count);
    }

    [Fact]
    public void What_was_not_asked_for_and_what_has_another_type_are_errors()
    {
        IDataView view = _context.Data.LoadFromCheckpoint(_path);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Name"]]);
        Assert.False(cursor.IsColumnActive(view.Schema["Rows"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<long>(view.Schema["Rows"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Name"]));
    }

    [Fact]
    public void A_preview_shows_all_columns()
    {
        DataDebuggerPreview preview = _context.Data.LoadFromCheckpoint(_path).Preview();
        Assert.Equal(SmallModel.Tensors.Length + 2, preview.RowView.Length);
        Assert.Equal(10, preview.ColumnView.Length);
    }
}
