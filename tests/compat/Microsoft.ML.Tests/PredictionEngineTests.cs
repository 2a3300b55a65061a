using Microsoft.ML;
using Microsoft.ML.Data;

public sealed class PredictionEngineTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void It_predicts_what_the_batch_does()
    {
        Input[] rows = [new() { Text = "a", Vector = [1, 2] }, new() { Text = "c", Vector = [3, 4] }];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = Pipeline().Fit(data);
        PredictionEngine<Input, Output> engine = _context.Model.CreatePredictionEngine<Input, Output>(model);
        Output[] batch = [.. _context.Data.CreateEnumerable<Output>(model.Transform(data), reuseRowObject: false)];
        foreach ((Input row, Output expected) in rows.Zip(batch))
        {
            Output actual = engine.Predict(row);
            Assert.Equal(expected.Key, actual.Key);
            Assert.Equal(expected.All, actual.All);
            Assert.Equal(row.Text, actual.Text);
        }

        Assert.Equal(model.GetOutputSchema(data.Schema).Select(column => column.Name), engine.OutputSchema.Select(column => column.Name));
    }

    [Fact]
    public void Predicting_into_an_object_reuses_it_and_its_arrays()
    {
        PredictionEngine<Input, Output> engine = Engine();
        Output output = engine.Predict(new Input { Vector = [1, 2] });
        (Output same, float[] array) = (output, output.All);
        engine.Predict(new Input { Vector = [3, 4] }, ref output);
        Assert.Same(same, output);
        Assert.Same(array, output.All);
        Assert.Equal([3f, 4, 3, 4], array);
        Output none = null!;
        engine.Predict(new Input(), ref none);
        Assert.NotNull(none);
    }

    [Fact]
    public void A_prediction_into_an_object_allocates_next_to_nothing()
    {
        PredictionEngine<Input, Vectors> engine = _context.Model.CreatePredictionEngine<Input, Vectors>(Pipeline().Fit(Data()));
        var input = new Input { Text = "a", Vector = [1, 2] };
        Vectors output = engine.Predict(input);
        for (int i = 0; i < 100; i++)
            engine.Predict(input, ref output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            engine.Predict(input, ref output);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000 * 64);
    }

    [Fact]
    public void Output_members_without_a_column_are_left_as_they_are_unless_that_is_an_error()
    {
        ITransformer model = Pipeline().Fit(Data());
        Assert.Equal("kept", _context.Model.CreatePredictionEngine<Input, WithExtra>(model).Predict(new Input()).Extra);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Model.CreatePredictionEngine<Input, WithExtra>(model, ignoreMissingColumns: false));
    }

    [Fact]
    public void Types_of_input_columns_come_from_a_schema_or_a_definition()
    {
        ITransformer model = _context.Transforms.Concatenate("All", "Vector", "Vector").Fit(Data());
        Assert.Equal("Vector<Single>", Created().OutputSchema["All"].Type.ToString());
        PredictionEngine<Unsized, Vectors> sized = _context.Model.CreatePredictionEngine<Unsized, Vectors>(model, Data().Schema);
        Assert.Equal("Vector<Single, 4>", sized.OutputSchema["All"].Type.ToString());
        Assert.Equal([5f, 6, 5, 6], sized.Predict(new Unsized { Vector = [5, 6] }).All);

        SchemaDefinition definition = SchemaDefinition.Create(typeof(Unsized));
        definition["Vector"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3);
        PredictionEngine<Unsized, Vectors> defined = _context.Model.CreatePredictionEngine<Unsized, Vectors>(model, inputSchemaDefinition: definition);
        Assert.Equal("Vector<Single, 6>", defined.OutputSchema["All"].Type.ToString());

        PredictionEngine<Unsized, Vectors> Created() => _context.Model.CreatePredictionEngine<Unsized, Vectors>(model);
    }

    [Fact]
    public void An_output_definition_renames_columns()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Vectors));
        definition["All"].ColumnName = "Vector";
        PredictionEngine<Input, Vectors> engine = _context.Model.CreatePredictionEngine<Input, Vectors>(Pipeline().Fit(Data()), outputSchemaDefinition: definition);
        Assert.Equal([8f, 9], engine.Predict(new Input { Vector = [8, 9] }).All);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Disposing_it_disposes_the_transformer_that_it_owns(bool owns, int times)
    {
        var counted = new Disposed(Pipeline().Fit(Data()));
        var options = new PredictionEngineOptions { OwnsTransformer = owns };
        _context.Model.CreatePredictionEngine<Input, Output>(counted, options).Dispose();
        Assert.Equal(times, counted.Times);
        Assert.True(new PredictionEngineOptions().OwnsTransformer);
        Assert.True(new PredictionEngineOptions().IgnoreMissingColumns);
    }

    [Fact]
    public void One_model_serves_engines_on_many_threads()
    {
        ITransformer model = Pipeline().Fit(Data());
        Parallel.For(0, 8, seed =>
        {
            PredictionEngine<Input, Output> engine = _context.Model.CreatePredictionEngine<Input, Output>(model);
            for (int i = 0; i < 500; i++)
                Assert.Equal([seed, i, seed, i], engine.Predict(new Input { Vector = [seed, i] }).All);
        });
    }

    private IEstimator<ITransformer> Pipeline() => _context.Transforms.Conversion.MapValueToKey("Key", "Text")
        .Append(_context.Transforms.Concatenate("All", "Vector", "Vector"));

    private PredictionEngine<Input, Output> Engine() => _context.Model.CreatePredictionEngine<Input, Output>(Pipeline().Fit(Data()));

    private IDataView Data() => _context.Data.LoadFromEnumerable(new[] { new Input { Text = "a" }, new Input { Text = "b" } });

    private sealed class Input
    {
        public string Text { get; set; } = "";

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 0];
    }

    private sealed class Unsized
    {
        public float[] Vector { get; set; } = [];
    }

    private sealed class Output
    {
        public string Text { get; set; } = "";

        public uint Key { get; set; }

        public float[] All { get; set; } = [];
    }

    private sealed class Vectors
    {
        public uint Key { get; set; }

        public float[] All { get; set; } = [];
    }

    private sealed class WithExtra
    {
        public string Extra { get; set; } = "kept";
    }

    private sealed class Disposed(ITransformer inner) : ITransformer, IDisposable
    {
        public int Times { get; private set; }

        public bool IsRowToRowMapper => inner.IsRowToRowMapper;

        public void Dispose() => Times++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

        public IDataView Transform(IDataView input) => inner.Transform(input);

        public void Save(ModelSaveContext ctx) => inner.Save(ctx);
    }
}
