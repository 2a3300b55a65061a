using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ML;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.ML;

/// <summary>A pool gives engines of the models it was told of.</summary>
public class PredictionEnginePoolTests : PoolFixture
{
    [Fact]
    public void The_default_model_and_named_ones_answer_for_themselves()
    {
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder
            .FromFile(Write("default.zip", Models.Answering("default")), watchForChanges: false)
            .FromFile("first", Write("1.zip", Models.Answering("one")), watchForChanges: false)
            .FromFile("second", Write("2.zip", Models.Answering("two"))));

        Assert.Equal("default", pool.Predict(Models.Positive).PredictedLabel);
        Assert.Equal("default", pool.Predict("", Models.Positive).PredictedLabel);
        Assert.Equal("one", pool.Predict("first", Models.Positive).PredictedLabel);
        Assert.Equal("two", pool.Predict("second", Models.Positive).PredictedLabel);
        Assert.NotSame(pool.GetModel("first"), pool.GetModel("second"));
        Assert.Same(pool.GetModel(), pool.GetModel(""));
    }

    [Fact]
    public void A_model_that_was_not_configured_is_an_error()
    {
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile("only", Write("1.zip", Models.Answering("one"))));

        Assert.Throws<ArgumentException>(() => pool.GetPredictionEngine());
        Assert.Contains("'other'", Assert.Throws<ArgumentException>(() => pool.GetPredictionEngine("other")).Message);
    }

    [Fact]
    public void A_missing_file_is_an_error_until_it_is_there()
    {
        string path = Write("late.zip", []);
        File.Delete(path);
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile("late", path));

        Assert.Throws<FileNotFoundException>(() => pool.Predict("late", Models.Positive));
        Write("late.zip", Models.Answering("here"));
        Assert.Equal("here", pool.Predict("late", Models.Positive).PredictedLabel);
    }

    [Fact]
    public void An_engine_serves_one_at_a_time_and_is_used_again()
    {
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(Write("1.zip", Models.Answering("one"))));

        PredictionEngine<Question, Answer> first = pool.GetPredictionEngine(), second = pool.GetPredictionEngine();
        Assert.NotSame(first, second);
        pool.ReturnPredictionEngine(first);
        Assert.Same(first, pool.GetPredictionEngine());
    }

    [Fact]
    public void An_engine_that_comes_back_twice_is_not_given_to_two()
    {
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(Write("1.zip", Models.Answering("one"))));
        PredictionEngine<Question, Answer> engine = pool.GetPredictionEngine();

        pool.ReturnPredictionEngine(engine);
        pool.ReturnPredictionEngine(engine);

        Assert.NotSame(pool.GetPredictionEngine(), pool.GetPredictionEngine());
    }

    [Fact]
    public void A_context_of_ones_own_is_used_and_its_log_is_the_applications()
    {
        var context = new MLContext(seed: 4);
        ServiceProvider services = Services(services =>
        {
            services.Configure<MLOptions>(options => options.MLContext = context);
            services.AddPredictionEnginePool<Question, Answer>().FromFile(Write("1.zip", Models.Answering("one")));
        });

        Assert.Same(context, services.GetRequiredService<IOptions<MLOptions>>().Value.MLContext);
        Assert.Equal("one", services.GetRequiredService<PredictionEnginePool<Question, Answer>>().Predict(Models.Positive).PredictedLabel);
        context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(); // a context that logs nothing by itself
        Microsoft.ML.Runtime.IHostEnvironment environment = context;
        using (Microsoft.ML.Runtime.IChannel channel = environment.Start("test"))
            channel.Warning(Microsoft.ML.Runtime.MessageSensitivity.None, "mind the gap");
        Assert.Contains(Log.Lines, line => line.Text.Contains("mind the gap", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pool_can_be_made_by_a_factory()
    {
        string path = Write("1.zip", Models.Answering("one"));
        int made = 0;
        ServiceProvider services = Services(services => services.AddPredictionEnginePool(provider =>
        {
            made++;
            return ActivatorUtilities.CreateInstance<PredictionEnginePool<Question, Answer>>(provider);
        }).FromFile(path));

        Assert.Equal("one", services.GetRequiredService<PredictionEnginePool<Question, Answer>>().Predict(Models.Positive).PredictedLabel);
        Assert.Equal(1, made);
    }

    [Fact]
    public void A_loader_of_ones_own_keeps_its_model_through_a_reload()
    {
        var loader = new OwnLoader();
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.Services
            .AddOptions<PredictionEnginePoolOptions<Question, Answer>>().Configure(options => options.ModelLoader = loader));

        PredictionEngine<Question, Answer> before = pool.GetPredictionEngine();
        loader.Change();
        PredictionEngine<Question, Answer> after = pool.GetPredictionEngine();
        pool.ReturnPredictionEngine(before);
        pool.ReturnPredictionEngine(after);

        Assert.NotSame(before, after);
        Assert.Same(after, pool.GetPredictionEngine());
        Assert.Equal(0, loader.Disposed);
    }

    private sealed class OwnLoader : ModelLoader
    {
        private readonly ITransformer _model = new MLContext().Model.Load(new MemoryStream(Models.Answering("own")), out _);
        private CancellationTokenSource _change = new();

        public int Disposed { get; }

        public override ITransformer GetModel() => _model;

        public override IChangeToken GetReloadToken() => new CancellationChangeToken(_change.Token);

        public void Change() => Interlocked.Exchange(ref _change, new CancellationTokenSource()).Cancel();
    }
}
