using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>A tiny decoder that a test makes a classifier of in ML.NET's pipelines, and what holds however it classifies.</summary>
public abstract class DecoderClassifierPipeline : IDisposable
{
    private protected readonly TemporaryFolder _folder = new();
    private protected readonly MLContext _context = new(seed: 1);
    private protected readonly string _base;

    private protected DecoderClassifierPipeline() => _base = TinyDecoder.Write(_folder);

    private protected virtual KappaTuneTextClassificationTrainer.Options Options =>
        FittedModel.TinyOptions(_base) with { BatchSize = 4, MaxEpochs = 10 };

    private protected IDataView Test => Document.View(_context, 60, classes: 3, seed: 2);

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false, WeightStorage.Full)]
    [InlineData(false, WeightStorage.Changed)]
    [InlineData(true, WeightStorage.Full)]
    [InlineData(true, WeightStorage.Changed)]
    public void It_learns_and_is_one_file(bool isLora, WeightStorage storage)
    {
        var options = Options with { Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct, WeightStorage = storage };
        using KappaTuneTextClassificationTransformer model = Fit(options);
        IDataView scored = model.Transform(Test);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.True(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.5);
        Assert.All(
            scores.Zip(scored.GetColumn<uint>("PredictedLabel")),
            row => Assert.Equal(row.Second - 1, (uint)Array.IndexOf(row.First, row.First.Max())));
        using (var engine = _context.Model.CreatePredictionEngine<Document, Scored>(
            model, new PredictionEngineOptions { OwnsTransformer = false }))
        {
            float[] alone = engine.Predict(Document.Rows(60, classes: 3, seed: 2)[0]).Score;
            Assert.All(scores[0].Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        _context.Model.Save(model, Test.Schema, _folder.File("model.zip"));
        if (storage == WeightStorage.Full)
            Directory.Delete(_base, recursive: true);
        ITransformer loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);
        using (loaded as IDisposable)
        {
            Assert.Equal(scores, FittedModel.Scores(loaded, Test));
            // Saved again, it is the same.
            ((KappaTuneTextClassificationTransformer)loaded).SaveModel(_folder.File("folder"));
            using var folder = _context.Model.LoadKappaTuneTextClassification(_folder.File("folder"));
            Assert.Equal(scores, FittedModel.Scores(folder, Test));
        }
    }

    private protected KappaTuneTextClassificationTransformer Fit(KappaTuneTextClassificationTrainer.Options options) =>
        _context.MulticlassClassification.Trainers.KappaTuneTextClassification(options).Fit(Document.View(_context, 120, classes: 3));

    internal sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
