using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

public sealed class PipelineCustomMappingTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void It_makes_the_columns_of_the_output_class()
    {
        IDataView mapped = Mapping(contractName: null).Fit(Rows()).Transform(Rows());
        Assert.Equal(["Text", "Number", "Length", "Upper", "Twice"], mapped.Schema.Select(column => column.Name));
        Assert.Equal([1, 3], mapped.GetColumn<int>("Length"));
        Assert.Equal(["A", "BCD"], mapped.GetColumn<string>("Upper"));
        Assert.Equal([[2f, 2], [4f, 4]], mapped.GetColumn<float[]>("Twice"));
    }

    [Fact]
    public void It_runs_once_a_row_and_only_when_one_of_its_columns_is_read()
    {
        int calls = 0;
        IDataView mapped = _context.Transforms.CustomMapping<Input, Output>((_, _) => calls++, null).Fit(Rows()).Transform(Rows());
        Assert.Equal(2, mapped.GetColumn<string>("Text").Count());
        Assert.Equal(0, calls);
        Assert.Equal(2, _context.Data.CreateEnumerable<Output>(mapped, reuseRowObject: false).Count());
        Assert.Equal(2, calls);
    }

    [Fact]
    public void It_saves_by_contract_name_and_loads_without_registration()
    {
        ITransformer loaded = ModelTests.Reload(Mapping("Mapped").Append(_context.Transforms.CopyColumns("Copy", "Length")).Fit(Rows()), Rows().Schema, out _);
        Assert.Equal([1, 3], loaded.Transform(Rows()).GetColumn<int>("Copy"));
    }

    [Fact]
    public void A_contract_without_a_factory_says_so_when_it_is_loaded()
    {
        using var saved = new MemoryStream();
        _context.Model.Save(Mapping("Nobody's").Fit(Rows()), Rows().Schema, saved);
        Assert.Contains("Nobody's", Assert.IsType<InvalidOperationException>(ModelTests.LoadError(saved.ToArray())).Message);
    }

    [Fact]
    public void Missing_columns_and_wrong_types_are_errors()
    {
        IDataView data = Rows();
        IDataView dropped = _context.Transforms.DropColumns("Number").Fit(data).Transform(data);
        Assert.Throws<ArgumentOutOfRangeException>(() => Mapping(null).Fit(dropped));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.CopyColumns("Number", "Text").Append(Mapping(null)).Fit(data));
        Assert.Equal("Schema mismatch for input column 'Number': expected Single, got String (Parameter 'inputSchema')", error.Message);
    }

    [Fact]
    public void Definitions_rename_its_columns()
    {
        SchemaDefinition input = SchemaDefinition.Create(typeof(Input)), output = SchemaDefinition.Create(typeof(Output));
        input["Text"].ColumnName = "Other";
        output["Length"].ColumnName = "Letters";
        IDataView data = _context.Transforms.CopyColumns("Other", "Text").Fit(Rows()).Transform(Rows());
        IDataView mapped = _context.Transforms.CustomMapping<Input, Output>(Factory.Map, null, input, output).Fit(data).Transform(data);
        Assert.Equal([1, 3], mapped.GetColumn<int>("Letters"));
    }

    [Fact]
    public void Cursors_on_many_threads_do_not_mix_rows()
    {
        Input[] rows = [.. Enumerable.Range(0, 1000).Select(i => new Input { Text = $"{i}", Number = i })];
        IDataView mapped = Mapping(null).Fit(Rows()).Transform(_context.Data.LoadFromEnumerable(rows));
        string[] expected = [.. rows.Select(row => row.Text)];
        Parallel.For(0, 8, _ => Assert.Equal(expected, mapped.GetColumn<string>("Upper")));
    }

    private CustomMappingEstimator<Input, Output> Mapping(string? contractName) =>
        _context.Transforms.CustomMapping<Input, Output>(Factory.Map, contractName);

    private IDataView Rows() => _context.Data.LoadFromEnumerable(new[] { new Input { Text = "a", Number = 1 }, new Input { Text = "bcd", Number = 2 } });

    public sealed class Input
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }
    }

    public sealed class Output
    {
        public int Length { get; set; }

        public string Upper { get; set; } = "";

        [VectorType(2)]
        public float[] Twice { get; set; } = [];
    }

    [CustomMappingFactoryAttribute("Mapped")]
    public sealed class Factory : CustomMappingFactory<Input, Output>
    {
        public static void Map(Input input, Output output)
        {
            output.Length = input.Text.Length;
            output.Upper = input.Text.ToUpperInvariant();
            output.Twice = [input.Number * 2, input.Number * 2];
        }

        public override Action<Input, Output> GetMapping() => Map;
    }
}
