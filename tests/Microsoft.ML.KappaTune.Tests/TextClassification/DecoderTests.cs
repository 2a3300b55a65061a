using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>Classifiers of decoders in ML.NET's pipelines and files.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class DecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public DecoderTests() => _base = TinyDecoder.Write(_folder);

    public void Dispose() => _folder.Dispose();

    private KappaTuneTextClassificationTrainer.Options Options =>
        FittedModel.TinyOptions(_base) with { LearningRate = 1e-2, BatchSize = 4, MaxEpochs = 10 };

    private IDataView Test => Document.View(_context, 60, classes: 3, seed: 2);

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
            Assert.Equal(scores, FittedModel.Scores(loaded, Test));
    }

    [Fact]
    public void Folders_and_adapters_have_the_names_of_transformers_and_peft()
    {
        using KappaTuneTextClassificationTransformer model = Fit(Options with { Method = TuningMethod.Lora(2), MaxEpochs = 1 });
        model.SaveModel(_folder.File("tuned"));
        model.SaveAdapter(_folder.File("adapter"));
        using (Checkpoint saved = Checkpoint.Open(_folder.File("tuned")))
        {
            Assert.Equal(["LlamaForSequenceClassification"], saved.Config!.Architectures);
            Assert.Contains(saved.Tensors, tensor => tensor.Name == "score.weight" && tensor.Shape.SequenceEqual([3L, 16]));
            Assert.Contains(saved.Tensors, tensor => tensor.Name == "model.norm.weight");
        }

        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(_folder.File("adapter/adapter_config.json")));
        Assert.Equal("SEQ_CLS", config.RootElement.GetProperty("task_type").GetString());
        Assert.Equal("score", Assert.Single(config.RootElement.GetProperty("modules_to_save").EnumerateArray()).GetString());
        using (SafetensorsFile adapter = SafetensorsFile.Open(_folder.File("adapter/adapter_model.safetensors")))
            Assert.Contains(adapter.Tensors, tensor => tensor.Name == "base_model.model.score.weight");

        float[][] scores = FittedModel.Scores(model, Test);
        using (var folder = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned")))
            Assert.Equal(scores, FittedModel.Scores(folder, Test));
        using (var adapted = _context.Model.LoadKappaTuneTextClassification(_base, _folder.File("adapter")))
            Assert.Equal(scores, FittedModel.Scores(adapted, Test));
        // A base without a classifier's head is no classifier.
        var noHead = Assert.Throws<CheckpointFormatException>(() => _context.Model.LoadKappaTuneTextClassification(_base));
        Assert.Equal((_base, "score.weight"), (noHead.File, noHead.Tensor));
    }

    [Fact]
    public void Pairs_are_texts_one_after_the_other()
    {
        using KappaTuneTextClassificationTransformer model =
            Fit(Options with { Sentence2ColumnName = nameof(Document.Sentence2), MaxEpochs = 1 });
        Assert.Equal(60, FittedModel.Scores(model, Test).Length);
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gemma")]
    [InlineData("qwen2_moe")]
    public void Other_families_are_tuned_too(string family)
    {
        DecoderConfig config = TinyDecoder.Config with { Family = (DecoderFamily)ModelFamilies.Find(family)! };
        config = family switch
        {
            "gpt2" => config with
            {
                KeyValueHeadCount = 4,
                AttentionBias = true,
                OutputBias = true,
                MlpBias = true,
                Activation = "gelu_new",
            },
            "gemma" => config with
            {
                NormsAddOne = true,
                ScalesEmbeddings = true,
                TiesWordEmbeddings = true,
                Activation = "gelu_pytorch_tanh",
            },
            _ => config with
            {
                AttentionBias = true,
                Experts = new()
                {
                    Count = 3,
                    ChosenCount = 2,
                    IntermediateSize = 8,
                    Renormalises = false,
                    SharedSize = 10,
                    DenseLayers = [1],
                },
            },
        };
        string folder = TinyDecoder.Write(_folder, family, config);
        using KappaTuneTextClassificationTransformer model = Fit(Options with { BaseModel = folder, MaxEpochs = 2 });
        model.SaveModel(_folder.File("tuned"));
        using var loaded = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned"));
        Assert.Equal(FittedModel.Scores(model, Test), FittedModel.Scores(loaded, Test));
    }

    private KappaTuneTextClassificationTransformer Fit(KappaTuneTextClassificationTrainer.Options options) =>
        _context.MulticlassClassification.Trainers.KappaTuneTextClassification(options).Fit(Document.View(_context, 120, classes: 3));

    internal sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
