using Microsoft.ML;
using Microsoft.ML.Data;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

public sealed class ConversionTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(KeyOrdinality.ByOccurrence, "[b, B, 10, 9,  a]", new uint[] { 1, 2, 3, 4, 0, 5, 0 })]
    [InlineData(KeyOrdinality.ByValue, "[ a, 10, 9, B, b]", new uint[] { 5, 4, 2, 3, 0, 1, 0 })]
    public void Keys_are_1_based_and_0_where_a_value_is_empty_or_unseen(KeyOrdinality order, string values, uint[] keys)
    {
        IDataView data = Texts("b", "B", "10", "9", "", " a");
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Key", "V", keyOrdinality: order).Fit(data);
        IDataView keyed = model.Transform(Texts("b", "B", "10", "9", "", " a", "unseen"));
        Assert.Equal(keys, keyed.GetColumn<uint>("Key"));
        Assert.Equal(values, Columns.Annotation(keyed.Schema["Key"], "KeyValues"));
        Assert.Equal("Key<UInt32, 0-4>", keyed.Schema["Key"].Type.ToString());
    }

    [Fact]
    public void Keys_map_back_to_values_and_0_to_the_missing_value()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new[] { new Numbers { F = 1.5f, I = 7 }, new Numbers { F = float.NaN, I = -7 } });
        InputOutputColumnPair[] keys = [new("FK", "F"), new("IK", "I")];
        InputOutputColumnPair[] values = [new("FV", "FK"), new("IV", "IK")];
        ITransformer model = _context.Transforms.Conversion.MapValueToKey(keys).Append(_context.Transforms.Conversion.MapKeyToValue(values)).Fit(data);
        IDataView back = model.Transform(_context.Data.LoadFromEnumerable(new[] { new Numbers { F = 1.5f, I = -7 }, new Numbers { F = 2, I = 0 } }));
        Assert.Equal([1.5f, float.NaN], back.GetColumn<float>("FV"));
        Assert.Equal([-7, 0], back.GetColumn<int>("IV"));
    }

    [Fact]
    public void A_sparse_vector_of_numbers_has_keys_for_its_zeros_too()
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, 4);
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Sparse));
        definition["V"].ColumnType = type;
        IDataView data = _context.Data.LoadFromEnumerable(new[] { new Sparse { V = new VBuffer<float>(4, 1, [5], [2]) } }, definition);
        IDataView keyed = _context.Transforms.Conversion.MapValueToKey("V").Fit(data).Transform(data);
        Assert.Equal([[1u, 1u, 2u, 1u]], keyed.GetColumn<uint[]>("V"));
        IDataView back = _context.Transforms.Conversion.MapKeyToValue("V").Fit(keyed).Transform(keyed);
        Assert.Equal([[0f, 0f, 5f, 0f]], back.GetColumn<float[]>("V"));
        Assert.Equal(type, back.Schema["V"].Type);
    }

    [Fact]
    public void Maximum_number_of_keys_keeps_the_first_ones_and_key_data_replaces_the_data()
    {
        IDataView data = Texts("d", "c", "b");
        IDataView few = _context.Transforms.Conversion.MapValueToKey("V", maximumNumberOfKeys: 2).Fit(data).Transform(data);
        Assert.Equal([1u, 2u, 0u], few.GetColumn<uint>("V"));
        IDataView given = _context.Transforms.Conversion.MapValueToKey("V", keyData: Texts("b", "c")).Fit(data).Transform(data);
        Assert.Equal([0u, 2u, 1u], given.GetColumn<uint>("V"));
    }

    [Fact]
    public void Key_data_must_have_one_column_of_the_type_of_the_values()
    {
        IDataView data = Texts("a");
        IDataView numbers = _context.Data.LoadFromEnumerable(new[] { new Numbers() });
        IDataView floats = _context.Transforms.SelectColumns("F").Fit(numbers).Transform(numbers);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.Conversion.MapValueToKey("V", keyData: numbers).Fit(data));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.Conversion.MapValueToKey("V", keyData: floats).Fit(data));
    }

    [Fact]
    public void The_same_column_cannot_be_made_twice() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        _context.Transforms.Conversion.MapValueToKey([new InputOutputColumnPair("A", "V"), new InputOutputColumnPair("A", "W")]));

    [Fact]
    public void No_rows_give_one_key_without_values_and_a_warning()
    {
        var warnings = new List<string>();
        _context.Log += (_, message) => warnings.Add(message.RawMessage);
        IDataView none = Texts();
        DataViewSchema schema = _context.Transforms.Conversion.MapValueToKey("V").Fit(none).Transform(none).Schema;
        Assert.Equal("Key<UInt32, 0-0>", schema["V"].Type.ToString());
        Assert.Empty(schema["V"].Annotations.Schema);
        Assert.Contains("Term map for output column 'V' contains no entries.", warnings);
    }

    [Fact]
    public void All_kinds_of_values_map_there_and_back_after_loading()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new[]
        {
            new Everything(),
            new Everything
            {
                B = true, U8 = 1, I16 = -2, U64 = ulong.MaxValue, D = double.Epsilon, Span = TimeSpan.FromTicks(-5),
                Date = new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), Offset = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-3)),
            },
        });
        InputOutputColumnPair[] columns = [.. data.Schema.Select(column => new InputOutputColumnPair(column.Name))];
        ITransformer model = _context.Transforms.Conversion.MapValueToKey(columns).Append(_context.Transforms.Conversion.MapKeyToValue(columns)).Fit(data);
        IDataView back = ModelTests.Reload(model, data.Schema, out _).Transform(data);
        foreach (InputOutputColumnPair column in columns)
            Assert.Equal(Columns.Read(data, column.OutputColumnName), Columns.Read(back, column.OutputColumnName));
    }

    [Fact]
    public void Several_cursors_at_once_give_the_same_keys()
    {
        IDataView data = Texts([.. Enumerable.Range(0, 500).Select(i => $"value {i % 37}")]);
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("V").Append(_context.Transforms.Conversion.MapKeyToValue("Back", "V")).Fit(data);
        IDataView mapped = model.Transform(data);
        string[] expected = [.. mapped.GetColumn<string>("Back")];
        Parallel.For(0, 8, _ => Assert.Equal(expected, mapped.GetColumn<string>("Back")));
    }

    private IDataView Texts(params string[] values) => _context.Data.LoadFromEnumerable(values.Select(value => new Text { V = value }).ToArray());

    private sealed class Text
    {
        public string V { get; set; } = "";
    }

    private sealed class Numbers
    {
        public float F { get; set; }

        public int I { get; set; }
    }

    private sealed class Sparse
    {
        public VBuffer<float> V { get; set; }
    }

    private sealed class Everything
    {
        public bool B { get; set; }

        public byte U8 { get; set; }

        public short I16 { get; set; }

        public ulong U64 { get; set; }

        public double D { get; set; }

        public TimeSpan Span { get; set; }

        public DateTime Date { get; set; }

        public DateTimeOffset Offset { get; set; }
    }
}
