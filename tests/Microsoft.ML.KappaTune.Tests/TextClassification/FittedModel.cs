using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>Tuned models, each made once for all tests that only use it.</summary>
public sealed class FittedModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<KappaTuneTextClassificationTransformer> _direct, _lora, _pairs;

    public FittedModel()
    {
        Base = TinyModel.Write(_folder);
        _direct = new(() => Fit(Options));
        _lora = new(() => Fit(Options with { Method = TuningMethod.Lora(rank: 2) }));
        _pairs = new(() => Fit(Options with { Sentence2ColumnName = nameof(Document.Sentence2), MaxEpochs = 1 }));
    }

    public MLContext Context { get; } = new(seed: 1);

    /// <summary>The base model's folder.</summary>
    public string Base { get; }

    public KappaTuneTextClassificationTrainer.Options Options => TinyOptions(Base);

    public IDataView Train => Document.View(Context, 120, classes: 3);

    public IDataView Test => Document.View(Context, 60, classes: 3, seed: 2);

    public KappaTuneTextClassificationTransformer Direct => _direct.Value;

    public KappaTuneTextClassificationTransformer Lora => _lora.Value;

    public KappaTuneTextClassificationTransformer Pairs => _pairs.Value;

    /// <summary>Options with which a tiny model learns in a second, the same everywhere.</summary>
    public static KappaTuneTextClassificationTrainer.Options TinyOptions(string baseModel) =>
        TinyTask.OptionsFor<KappaTuneTextClassificationTrainer.Options>(baseModel) with { MaxEpochs = 3, BatchSize = 16 };

    public KappaTuneTextClassificationTransformer Fit(KappaTuneTextClassificationTrainer.Options options) =>
        Context.MulticlassClassification.Trainers.KappaTuneTextClassification(options).Fit(Train);

    public void Dispose()
    {
        Lazy<KappaTuneTextClassificationTransformer>[] models = [_direct, _lora, _pairs];
        foreach (Lazy<KappaTuneTextClassificationTransformer> model in models)
            if (model.IsValueCreated)
                model.Value.Dispose();
        _folder.Dispose();
    }

    /// <summary>All scores, in order.</summary>
    internal static float[][] Scores(ITransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score")];
}
