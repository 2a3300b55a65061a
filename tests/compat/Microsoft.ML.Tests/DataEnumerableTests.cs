using Microsoft.ML;
using Microsoft.ML.Data;

public class DataEnumerableTests
{
    private static readonly MLContext Context = new(seed: 1);

    [Fact]
    public void Members_become_columns_named_and_typed_by_their_attributes()
    {
        IDataView data = Context.Data.LoadFromEnumerable(new List<Everything> { new() });

        Assert.Equal(
            ["Text: String", "Flag: Boolean", "Small: Byte", "Number: Single", "Key: Key<UInt32, 0-2>", "Free: Vector<Double>",
             "Fixed: Vector<Single, 3>", "Image: Vector<Int32, 2, 2>", "Keys: Vector<Key<UInt32, 0-2>, 2>", "Words: Vector<String>",
             "Buffer: Vector<Single, 4>", "Renamed: Int64", "When: DateTime"],
            data.Schema.Select(column => column.ToString()));
        Assert.Equal(1, data.GetRowCount());
        Assert.True(data.CanShuffle);
    }

    [Fact]
    public void Every_kind_of_member_comes_back()
    {
        var row = new Everything
        {
            Text = "a", Flag = true, Small = 7, Number = 1.5f, Free = [1, 2], Fixed = [1, 2, 3], Image = [1, 2, 3, 4], Keys = [1, 3],
            Words = ["x", null!], Buffer = new VBuffer<float>(4, 2, [1, 2], [0, 3]), Long = 9, When = new DateTime(2020, 1, 2),
        };
        IDataView data = Context.Data.LoadFromEnumerable([row]);

        Everything back = Assert.Single(Context.Data.CreateEnumerable<Everything>(data, reuseRowObject: false));

        Assert.Equal(("a", true, (byte)7, 1.5f, 9L, new DateTime(2020, 1, 2)),
            (back.Text, back.Flag, back.Small, back.Number, back.Long, back.When));
        Assert.Equal(row.Free, back.Free);
        Assert.Equal(row.Fixed, back.Fixed);
        Assert.Equal(row.Image, back.Image);
        Assert.Equal(row.Keys, back.Keys);
        Assert.Equal(["x", ""], back.Words);
        Assert.Equal([1f, 0f, 0f, 2f], back.Buffer.DenseValues());
        Assert.Equal(1u, back.Key);
    }

    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(2u, 3u)]
    [InlineData(3u, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    public void A_single_key_member_counts_from_0_and_comes_back_counted_from_1(uint member, uint back)
    {
        IDataView data = Context.Data.LoadFromEnumerable([new Everything { Key = member }]);

        Assert.Equal(back, Context.Data.CreateEnumerable<Everything>(data, false).Single().Key);
    }

    [Fact]
    public void A_null_array_is_an_empty_vector_and_null_text_is_empty()
    {
        IDataView data = Context.Data.LoadFromEnumerable([new Everything { Text = null!, Free = null!, Words = null! }]);

        Everything back = Context.Data.CreateEnumerable<Everything>(data, false).Single();

        Assert.Equal("", back.Text);
        Assert.Empty(back.Free);
        Assert.Empty(back.Words);
    }

    [Fact]
    public void A_reused_row_object_is_the_same_object_with_the_same_array()
    {
        IDataView data = Context.Data.LoadFromEnumerable(new List<Numbers> { new() { Values = [1, 2] }, new() { Values = [3, 4] } });

        List<Numbers> reused = [.. Context.Data.CreateEnumerable<Numbers>(data, reuseRowObject: true)];
        List<Numbers> fresh = [.. Context.Data.CreateEnumerable<Numbers>(data, reuseRowObject: false)];

        Assert.Same(reused[0], reused[1]);
        Assert.Equal([3f, 4f], reused[0].Values);
        Assert.Equal([1f, 2f], fresh[0].Values);
        Assert.Equal([3f, 4f], fresh[1].Values);
    }

    [Fact]
    public void A_definition_renames_retypes_and_annotates()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Numbers));
        definition["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        definition["Values"].AddAnnotation("SlotNames", new[] { "a", "b" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        definition["Values"].ColumnName = "Features";

        IDataView data = Context.Data.LoadFromEnumerable([new Numbers { Values = [1, 2] }], definition);

        DataViewSchema.Column column = Assert.Single(data.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        Assert.Equal("Features: Vector<Single, 2> {SlotNames}", column.ToString());
        Assert.Equal(["a", "b"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void A_schema_gives_types_and_annotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Numbers));
        definition["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        DataViewSchema schema = Context.Data.LoadFromEnumerable([new Numbers { Values = [1, 2] }], definition).Schema;

        Assert.Equal(
            "Vector<Single, 2>", Context.Data.LoadFromEnumerable([new Numbers { Values = [3, 4] }], schema).Schema[0].Type.ToString());
    }

    [Fact]
    public void Members_without_columns_can_be_ignored()
    {
        IDataView data = Context.Data.LoadFromEnumerable([new Numbers { Values = [1] }]);

        NumbersAndText row = Context.Data.CreateEnumerable<NumbersAndText>(data, false, ignoreMissingColumns: true).Single();

        Assert.Equal("untouched", row.Text);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.CreateEnumerable<NumbersAndText>(data, false));
        Assert.Equal("Could not find  column 'Text' (Parameter 'Schema')", error.Message);
    }

    [Fact]
    public void A_lazy_sequence_is_enumerated_anew_by_each_cursor()
    {
        int enumerations = 0;
        IDataView data = Context.Data.LoadFromEnumerable(Rows());

        Assert.Null(data.GetRowCount());
        Assert.False(data.CanShuffle);
        Assert.Equal(3, data.GetColumn<float[]>("Values").Count());
        Assert.Equal(3, data.GetColumn<float[]>("Values").Count());
        Assert.Equal(2, enumerations);

        IEnumerable<Numbers> Rows()
        {
            enumerations++;
            for (int i = 0; i < 3; i++)
                yield return new Numbers { Values = [i] };
        }
    }

    [Fact]
    public void A_property_needs_no_getter_to_be_filled_and_no_setter_to_be_read()
    {
        IDataView data = Context.Data.LoadFromEnumerable([new ReadOnly()]);

        WriteOnly row = Context.Data.CreateEnumerable<WriteOnly>(data, false).Single();

        Assert.Equal(["Values: Vector<Single>"], data.Schema.Select(column => column.ToString()));
        Assert.Equal([1f, 2f], row.Seen);
    }

    [Fact]
    public void Members_of_unsupported_types_are_an_error_unless_left_out()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.LoadFromEnumerable([new Unsupported()]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(typeof(BadKey)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SchemaDefinition.Create(typeof(BadVector)));
    }

    [Fact]
    public void Two_members_cannot_make_one_column()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Context.Data.LoadFromEnumerable([new Twice()]));
        Assert.Contains("Duplicate column name 'A'", error.Message);
    }

    private sealed class Everything
    {
        public string Text = "";
        public bool Flag;
        public byte Small;
        public float Number;
        [KeyType(3)] public uint Key;
        public double[] Free = [];
        [VectorType(3)] public float[] Fixed = [];
        [VectorType(2, 2)] public int[] Image = [];
        [KeyType(3), VectorType(2)] public uint[] Keys = [];
        public string[] Words = [];
        [VectorType(4)] public VBuffer<float> Buffer;
        [NoColumn] public object? Ignored = null;
        [ColumnName("Renamed")] public long Long { get; set; }
        public DateTime When { get; set; }
    }

    private sealed class Numbers
    {
        public float[] Values = [];
    }

    private sealed class NumbersAndText
    {
        public float[] Values = [];
        public string Text = "untouched";
    }

    private sealed class ReadOnly
    {
        public float[] Values { get; } = [1, 2];
    }

    private sealed class WriteOnly
    {
        [NoColumn] public float[] Seen { get; private set; } = [];

        public float[] Values
        {
            set => Seen = value;
        }
    }

    private sealed class Unsupported
    {
        public object Value = "";
    }

    private sealed class BadKey
    {
        [KeyType(3)] public int Key = 0;
    }

    private sealed class BadVector
    {
        [VectorType(3)] public float NoVector = 0;
    }

    private sealed class Twice
    {
        public int A = 0;
        [ColumnName("A")] public int B = 0;
    }
}
