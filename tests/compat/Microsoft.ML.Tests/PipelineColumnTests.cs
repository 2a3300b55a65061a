using Microsoft.ML;
using Microsoft.ML.Data;

public sealed class PipelineColumnTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_copy_has_the_values_type_and_annotations_of_the_original()
    {
        IDataView data = Rows();
        IDataView copied = _context.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_context.Transforms.CopyColumns("Copy", "Key")).Fit(data).Transform(data);
        Assert.Equal(copied.GetColumn<uint>("Key"), copied.GetColumn<uint>("Copy"));
        Assert.Equal(copied.Schema["Key"].Type, copied.Schema["Copy"].Type);
        Assert.Equal("[one, two]", Columns.Annotation(copied.Schema["Copy"], "KeyValues"));
    }

    [Fact]
    public void Concatenated_columns_are_in_order_and_their_slots_named()
    {
        IDataView data = Rows();
        IDataView joined = _context.Transforms.Concatenate("All", "F", "Vector", "F")
            .Append(_context.Transforms.Concatenate("Again", "All", "F")).Fit(data).Transform(data);
        Assert.Equal([[1f, 10, 20, 1], [2f, 30, 0, 2]], joined.GetColumn<float[]>("All"));
        Assert.Equal("Vector<Single, 4>", joined.Schema["All"].Type.ToString());
        Assert.Equal("[F, , , F]", Columns.Annotation(joined.Schema["All"], "SlotNames"));
        Assert.Equal("[All.F, , , All.F, F]", Columns.Annotation(joined.Schema["Again"], "SlotNames"));
    }

    [Fact]
    public void Concatenating_mostly_empty_vectors_stays_sparse()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Sparse));
        definition["A"].ColumnType = definition["B"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 50);
        IDataView data = _context.Data.LoadFromEnumerable(
            new[] { new Sparse { A = new VBuffer<float>(50, 1, [5], [49]), B = new VBuffer<float>(50, 2, [6, 7], [0, 3]) } }, definition);
        VBuffer<float> joined = _context.Transforms.Concatenate("All", "A", "B").Fit(data).Transform(data).GetColumn<VBuffer<float>>("All").Single();
        Assert.False(joined.IsDense);
        Assert.Equal(100, joined.Length);
        Assert.Equal([49, 50, 53], joined.GetIndices().ToArray());
        Assert.Equal([5f, 6, 7], joined.GetValues().ToArray());
    }

    [Fact]
    public void Vectors_of_varying_length_concatenate_to_one_of_varying_length()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new[] { new Varying { V = [1, 2], F = 3 }, new Varying { V = [], F = 4 } });
        IDataView joined = _context.Transforms.Concatenate("All", "V", "F").Fit(data).Transform(data);
        Assert.Equal("Vector<Single>", joined.Schema["All"].Type.ToString());
        Assert.Equal([[1f, 2, 3], [4f]], joined.GetColumn<float[]>("All"));
    }

    [Fact]
    public void Selected_columns_come_in_the_order_asked_for_and_others_are_gone()
    {
        IDataView data = Rows();
        IDataView selected = _context.Transforms.SelectColumns("Vector", "Text").Fit(data).Transform(data);
        Assert.Equal(["Vector", "Text"], selected.Schema.Select(column => column.Name));
        Assert.Equal(["one", "two"], selected.GetColumn<string>("Text"));
        IDataView dropped = _context.Transforms.DropColumns("F").Fit(data).Transform(data);
        Assert.Equal(["Text", "Vector"], dropped.Schema.Select(column => column.Name));
        Assert.Equal([[10f, 20], [30f, 0]], dropped.GetColumn<float[]>("Vector"));
    }

    [Fact]
    public void Hidden_columns_are_dropped_unless_they_are_to_be_kept()
    {
        IDataView hidden = _context.Transforms.CopyColumns("F", "Text").Fit(Rows()).Transform(Rows());
        Assert.Equal(["Text", "F", "Vector", "F"], hidden.Schema.Select(column => column.Name));
        IDataView selected = _context.Transforms.SelectColumns("F").Fit(hidden).Transform(hidden);
        Assert.Equal([TextDataViewType.Instance], selected.Schema.Select(column => column.Type));
        IDataView kept = _context.Transforms.SelectColumns(["F"], keepHidden: true).Fit(hidden).Transform(hidden);
        Assert.Equal([(DataViewType)NumberDataViewType.Single, TextDataViewType.Instance], kept.Schema.Select(column => column.Type));
        Assert.Equal([true, false], kept.Schema.Select(column => column.IsHidden));
        IDataView dropped = _context.Transforms.DropColumns("Vector").Fit(hidden).Transform(hidden);
        Assert.Equal(["Text", "F"], dropped.Schema.Select(column => column.Name));
    }

    [Fact]
    public void All_of_it_saves_and_loads()
    {
        IDataView data = Rows();
        ITransformer model = _context.Transforms.CopyColumns("G", "F")
            .Append(_context.Transforms.Concatenate("All", "F", "Vector", "G"))
            .Append(_context.Transforms.DropColumns("G"))
            .Append(_context.Transforms.SelectColumns("All", "Text")).Fit(data);
        IDataView loaded = ModelTests.Reload(model, data.Schema, out _).Transform(data);
        Assert.Equal(["All", "Text"], loaded.Schema.Select(column => column.Name));
        Assert.Equal(model.Transform(data).GetColumn<float[]>("All"), loaded.GetColumn<float[]>("All"));
        Assert.Equal("[F, , , G]", Columns.Annotation(loaded.Schema["All"], "SlotNames"));
    }

    private IDataView Rows() => _context.Data.LoadFromEnumerable(
        new[] { new Row { Text = "one", F = 1, Vector = [10, 20] }, new Row { Text = "two", F = 2, Vector = [30, 0] } });

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public float F { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [];
    }

    private sealed class Sparse
    {
        public VBuffer<float> A { get; set; }

        public VBuffer<float> B { get; set; }
    }

    private sealed class Varying
    {
        public float[] V { get; set; } = [];

        public float F { get; set; }
    }
}
