using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ML;
using Microsoft.ML;

/// <summary>A changed model file takes the old one's place without a failed prediction.</summary>
public class FileWatchTests : PoolFixture
{
    [Theory]
    [InlineData("write")]
    [InlineData("write slowly")]
    [InlineData("rename")]
    [InlineData("delete, then write")]
    public async Task A_changed_file_is_picked_up_while_predictions_go_on(string way)
    {
        string[] names = ["first", "second", "third"];
        byte[][] models = [.. names.Select(Models.Answering)];
        string path = Write("model.zip", models[0]);
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(path, watchForChanges: true));
        using var stop = new CancellationTokenSource();
        string last = "";
        Task<string[]>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var seen = new List<string>();
            while (!stop.IsCancellationRequested)
            {
                string answer = pool.Predict(Models.Positive).PredictedLabel;
                Volatile.Write(ref last, answer);
                if (seen.Count == 0 || seen[^1] != answer)
                    seen.Add(answer);
            }

            return seen.ToArray();
        }))];

        await Until(() => Volatile.Read(ref last) == "first" || clients.Any(client => client.IsFaulted), "the first model's answers");
        for (int i = 1; i < models.Length; i++)
        {
            await Change(path, models[i], way);
            await Until(() => Volatile.Read(ref last) == names[i] || clients.Any(client => client.IsFaulted), $"the answers of model {i}");
        }

        await stop.CancelAsync();
        // A failed prediction fails its client here. Nobody sees an old model again once the new one has answered.
        foreach (string[] seen in await Task.WhenAll(clients))
            Assert.Equal(seen.Order(Comparer<string>.Create((a, b) => Array.IndexOf(names, a) - Array.IndexOf(names, b))), seen);
        // Whoever writes in place may be met at any moment; a rename is all or nothing.
        if (way == "rename")
            Assert.DoesNotContain(
                Log.Lines, line => line.Level >= LogLevel.Debug && line.Text.StartsWith("Can't load", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_model_follows_its_own_file()
    {
        string a = Write("a.zip", Models.Answering("a")), b = Write("b.zip", Models.Answering("b"));
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile("a", a).FromFile("b", b));
        Assert.Equal(("a", "b"), (pool.Predict("a", Models.Positive).PredictedLabel, pool.Predict("b", Models.Positive).PredictedLabel));

        Replace(b, Models.Answering("new b"));

        await Until(() => pool.Predict("b", Models.Positive).PredictedLabel == "new b", "the new model");
        Assert.Equal("a", pool.Predict("a", Models.Positive).PredictedLabel);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("half a model")]
    [InlineData("a model of something else")]
    public async Task A_bad_file_keeps_the_old_model_until_a_good_one_comes(string what)
    {
        string path = Write("model.zip", Models.Answering("old"));
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(path));

        Replace(path, what switch
        {
            "garbage" => [1, 2, 3],
            "half a model" => Models.Answering("new")[..^300],
            _ => Models.Unfit(),
        });
        await Until(() => Log.Lines.Any(line => line.Level == LogLevel.Error), "the error in the log");
        Assert.Equal("old", pool.Predict(Models.Positive).PredictedLabel);

        Replace(path, Models.Answering("good"));
        await Until(() => pool.Predict(Models.Positive).PredictedLabel == "good", "the good model");
        Assert.Single(Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task An_engine_that_is_out_keeps_its_model_and_does_not_come_back_to_serve_others()
    {
        string path = Write("model.zip", Models.Answering("old"));
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(path));
        PredictionEngine<Question, Answer> held = pool.GetPredictionEngine();

        Replace(path, Models.Answering("new"));
        await Until(() => pool.Predict(Models.Positive).PredictedLabel == "new", "the new model");

        Assert.Equal("old", held.Predict(Models.Positive).PredictedLabel);
        pool.ReturnPredictionEngine(held);
        for (int i = 0; i < 20; i++)
            Assert.Equal("new", pool.Predict(Models.Positive).PredictedLabel);
        Assert.NotSame(held, pool.GetPredictionEngine());
    }

    [Fact]
    public async Task A_model_that_was_handed_out_works_on_after_it_was_replaced()
    {
        string path = Write("model.zip", Models.Answering("old"));
        PredictionEnginePool<Question, Answer> pool = Pool(builder => builder.FromFile(path));
        ITransformer old = pool.GetModel();

        Replace(path, Models.Answering("new"));
        await Until(() => pool.GetModel() != old, "the new model");

        using PredictionEngine<Question, Answer> engine = new MLContext().Model.CreatePredictionEngine<Question, Answer>(old);
        Assert.Equal("old", engine.Predict(Models.Positive).PredictedLabel);
    }

    [Fact]
    public async Task A_file_that_is_not_watched_stays_what_it_was()
    {
        string watched = Write("watched.zip", Models.Answering("old")), other = Write("other.zip", Models.Answering("old"));
        PredictionEnginePool<Question, Answer> pool =
            Pool(builder => builder.FromFile("watched", watched).FromFile("other", other, watchForChanges: false));
        pool.Predict("other", Models.Positive);
        pool.Predict("watched", Models.Positive);

        Replace(other, Models.Answering("new"));
        Replace(watched, Models.Answering("new"));

        // By then the other would have been seen too: it changed before.
        await Until(() => pool.Predict("watched", Models.Positive).PredictedLabel == "new", "the new model");
        Assert.Equal("old", pool.Predict("other", Models.Positive).PredictedLabel);
    }

    private async Task Change(string path, byte[] model, string way)
    {
        switch (way)
        {
            case "write":
                await File.WriteAllBytesAsync(path, model, TestContext.Current.CancellationToken);
                break;
            case "write slowly":
                // Long enough for the watcher to meet a half-written file at rest.
                await using (FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
                {
                    await stream.WriteAsync(model.AsMemory(0, model.Length / 2), TestContext.Current.CancellationToken);
                    await stream.FlushAsync(TestContext.Current.CancellationToken);
                    await Until(
                        () => Log.Lines.Any(line => line.Text.StartsWith("Can't load", StringComparison.Ordinal)),
                        "a try on the half-written file");
                    await stream.WriteAsync(model.AsMemory(model.Length / 2), TestContext.Current.CancellationToken);
                }

                Log.Lines.Clear();
                break;
            case "rename":
                Replace(path, model);
                break;
            default:
                File.Delete(path);
                await File.WriteAllBytesAsync(path, model, TestContext.Current.CancellationToken);
                break;
        }
    }
}
