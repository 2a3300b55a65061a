using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

public sealed class PipelineTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_chain_fits_each_estimator_on_what_the_ones_before_make()
    {
        EstimatorChain<KeyToValueMappingTransformer> pipeline = _context.Transforms.Conversion.MapValueToKey("Key", "V")
            .Append(_context.Transforms.CopyColumns("Copy", "Key"))
            .Append(_context.Transforms.Conversion.MapKeyToValue("Back", "Copy"));
        Assert.NotNull(pipeline.LastEstimator);
        TransformerChain<KeyToValueMappingTransformer> model = pipeline.Fit(Rows("a", "b"));
        Assert.NotNull(model.LastTransformer);
        Assert.Equal([typeof(ValueToKeyMappingTransformer), typeof(ColumnCopyingTransformer), typeof(KeyToValueMappingTransformer)],
            model.Select(transformer => transformer.GetType()));
        Assert.Equal(["b", "a"], model.Transform(Rows("b", "a")).GetColumn<string>("Back"));
        Assert.Equal(["V", "Key", "Copy", "Back"], model.GetOutputSchema(Rows().Schema).Select(column => column.Name));
    }

    [Fact]
    public void Appending_leaves_the_chain_as_it_is()
    {
        EstimatorChain<ColumnCopyingTransformer> one = new EstimatorChain<ITransformer>().Append(_context.Transforms.CopyColumns("A", "V"));
        one.Append(_context.Transforms.CopyColumns("B", "V"));
        Assert.Single(one.Fit(Rows("x")));
        var models = new TransformerChain<ITransformer>(one.Fit(Rows("x")));
        models.Append(one.Fit(Rows("x")));
        Assert.Single(models);
    }

    [Fact]
    public void An_empty_chain_changes_nothing()
    {
        TransformerChain<ITransformer> model = new EstimatorChain<ITransformer>().Fit(Rows("x"));
        IDataView data = Rows("y");
        Assert.Same(data, model.Transform(data));
        Assert.Null(model.LastTransformer);
        Assert.True(((ITransformer)model).IsRowToRowMapper);
    }

    [Fact]
    public void Scopes_choose_which_transformers_apply()
    {
        TransformerChain<ColumnCopyingTransformer> model = new EstimatorChain<ITransformer>()
            .Append(_context.Transforms.CopyColumns("Test", "V"), TransformerScope.Testing)
            .Append(_context.Transforms.CopyColumns("Score", "V"), TransformerScope.Scoring)
            .Append(_context.Transforms.CopyColumns("All", "V"))
            .Fit(Rows("x"));
        Assert.Equal(["V", "Score", "All"], model.GetModelFor(TransformerScope.Scoring).Transform(Rows()).Schema.Select(column => column.Name));
        Assert.Equal(["V", "Test", "All"], model.Transform(Rows(), TransformerScope.Testing).Schema.Select(column => column.Name));
        Assert.Equal(["V", "All"], model.GetOutputSchema(Rows().Schema, TransformerScope.Training).Select(column => column.Name));
        Assert.Equal(["V", "Test", "Score", "All"], model.Transform(Rows()).Schema.Select(column => column.Name));
    }

    [Fact]
    public void A_cache_checkpoint_reads_what_is_before_it_once()
    {
        int calls = 0;
        var count = _context.Transforms.CustomMapping<Row, Length>((row, length) =>
        {
            Interlocked.Increment(ref calls);
            length.Letters = row.V.Length;
        }, contractName: null);
        IDataView data = Rows("a", "bb", "ccc");
        IEstimator<ITransformer> twice = _context.Transforms.Conversion.MapValueToKey("K1", "Letters")
            .Append(_context.Transforms.Conversion.MapValueToKey("K2", "Letters"));

        count.Append(twice).Fit(data);
        Assert.Equal(6, calls);
        calls = 0;
        count.AppendCacheCheckpoint(_context).Append(twice).Fit(data);
        Assert.Equal(3, calls);
    }

    [Fact]
    public void On_fit_delegates_get_the_transformer()
    {
        ValueToKeyMappingTransformer? seen = null;
        var model = _context.Transforms.Conversion.MapValueToKey("V").WithOnFitDelegate(fitted => seen = fitted)
            .Append(_context.Transforms.CopyColumns("A", "V")).Fit(Rows("x"));
        Assert.Same(model.First(), seen);
    }

    [Fact]
    public void Disposing_a_chain_disposes_its_transformers_once()
    {
        var one = new Disposed();
        var chain = new TransformerChain<ITransformer>(one, _context.Transforms.CopyColumns("A", "V").Fit(Rows()));
        chain.Dispose();
        chain.Dispose();
        Assert.Equal(1, one.Times);
    }

    [Fact]
    public void A_chain_maps_rows_only_where_all_of_it_does()
    {
        ITransformer chain = new Disposed().Append(_context.Transforms.CopyColumns("A", "V").Fit(Rows()));
        Assert.False(chain.IsRowToRowMapper);
        Assert.Throws<InvalidOperationException>(() => chain.GetRowToRowMapper(Rows().Schema));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _context.Model.CreatePredictionEngine<Row, Row>(chain));
        Assert.Equal("transformer", error.ParamName);
    }

    [Fact]
    public void A_mapper_needs_only_the_columns_that_the_asked_for_ones_are_made_of()
    {
        ITransformer model = _context.Transforms.CopyColumns("A", "V").Append(_context.Transforms.CopyColumns("B", "Other")).Fit(Pairs());
        IRowToRowMapper mapper = model.GetRowToRowMapper(Pairs().Schema);
        Assert.Equal(["V"], mapper.GetDependencies([mapper.OutputSchema["A"]]).Select(column => column.Name));
        Assert.Equal(["V", "Other"], mapper.GetDependencies([mapper.OutputSchema["V"], mapper.OutputSchema["B"]]).Select(column => column.Name));
        Assert.Empty(mapper.GetDependencies([]));
    }

    [Fact]
    public void Columns_that_were_not_asked_for_are_not_active()
    {
        IDataView data = _context.Transforms.CopyColumns("A", "V").Append(_context.Transforms.CopyColumns("B", "V")).Fit(Rows("x")).Transform(Rows("x"));
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["A"]]);
        Assert.True(cursor.IsColumnActive(data.Schema["A"]));
        Assert.False(cursor.IsColumnActive(data.Schema["B"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["B"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(data.Schema["A"]));
    }

    [Fact]
    public void A_shuffled_cursor_and_a_set_of_cursors_give_every_row_once()
    {
        IDataView rows = _context.Data.Cache(Rows([.. Enumerable.Range(0, 1000).Select(i => $"{i}")]));
        IDataView data = _context.Transforms.CopyColumns("A", "V").Fit(rows).Transform(rows);
        Assert.Equal(data.GetColumn<string>("A").Order(), Read(data.GetRowCursor([data.Schema["A"]], new Random(1))).Order());
        Assert.Equal(data.GetColumn<string>("A").Order(), data.GetRowCursorSet([data.Schema["A"]], 4).SelectMany(Read).Order());

        List<string> Read(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                var values = new List<string>();
                ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["A"]);
                ReadOnlyMemory<char> value = default;
                while (cursor.MoveNext())
                {
                    getter(ref value);
                    values.Add(value.ToString());
                }

                return values;
            }
        }
    }

    private IDataView Rows(params string[] values) => _context.Data.LoadFromEnumerable(values.Select(value => new Row { V = value }).ToArray());

    private IDataView Pairs() => _context.Data.LoadFromEnumerable(new[] { new Pair() });

    private sealed class Row
    {
        public string V { get; set; } = "";
    }

    private sealed class Pair
    {
        public string V { get; set; } = "";

        public string Other { get; set; } = "";
    }

    private sealed class Length
    {
        public int Letters { get; set; }
    }

    private sealed class Disposed : ITransformer, IDisposable
    {
        public int Times { get; private set; }

        public bool IsRowToRowMapper => false;

        public void Dispose() => Times++;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new InvalidOperationException();

        public IDataView Transform(IDataView input) => input;

        public void Save(ModelSaveContext ctx) => throw new InvalidOperationException();
    }
}
