using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>Language models in ML.NET's pipelines and files.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LanguageModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public LanguageModelTests() => _base = TinyDecoder.Write(_folder);

    public void Dispose() => _folder.Dispose();

    private KappaTuneLanguageModelEstimator.Options Options => new()
    {
        BaseModel = _base,
        TextColumnName = nameof(Row.Prompt),
        CompletionColumnName = nameof(Row.Completion),
        Selection = KappaSelection.LowestFraction(0.5),
        MaxEpochs = 6,
        BatchSize = 8,
        LearningRate = 2e-2,
        Threads = 1,
        Device = "cpu",
        ScanCacheDirectory = null,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Completions_become_likely_and_the_model_is_one_file(bool isLora)
    {
        IDataView train = Rows(48, seed: 1), test = Rows(20, seed: 2);
        var options = Options with { ValidationSet = test, Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct, Packing = isLora };
        var estimator = _context.Transforms.Text.KappaTuneLanguageModel(options);
        using var model = estimator.Fit(train);
        Assert.Equal(
            ["Prompt", "Completion", "LogLikelihood", "Perplexity"], model.GetOutputSchema(train.Schema).Select(column => column.Name));
        IDataView scored = model.Transform(test);
        float[] likelihoods = [.. scored.GetColumn<float>("LogLikelihood")], perplexities = [.. scored.GetColumn<float>("Perplexity")];
        // Three words and the end.
        Assert.All(likelihoods.Zip(perplexities), pair => Assert.Equal(Math.Exp(-pair.First / 4), pair.Second, 1e-2));
        ValidationResult validation = model.Report.Epochs[^1].Validation!;
        Assert.Equal(validation.Loss, -likelihoods.Average(value => (double)value) / 4, 1e-4);
        // By chance it would be 35; adapters begin at nothing, and learn less in so few steps.
        Assert.True(validation.Perplexity < (isLora ? 30 : 6), $"{validation}");

        _context.Model.Save(model, train.Schema, _folder.File("model.zip"));
        Directory.Delete(_base, recursive: true);
        ITransformer loaded = new MLContext().Model.Load(_folder.File("model.zip"), out _);
        using (loaded as IDisposable)
        {
            Assert.Equal(likelihoods, loaded.Transform(test).GetColumn<float>("LogLikelihood"));
            Assert.Equal(model.Report.ToString(), ((KappaTuneLanguageModelTransformer)loaded).Report.ToString());
        }
    }

    [Fact]
    public void Rows_by_themselves_and_in_a_view_have_the_same_scores()
    {
        using var model = _context.Transforms.Text.KappaTuneLanguageModel(Options with { MaxEpochs = 1 }).Fit(Rows(24, seed: 1));
        Row[] rows = Row.Create(10, seed: 3);
        float[] together = [.. model.Transform(_context.Data.LoadFromEnumerable(rows)).GetColumn<float>("LogLikelihood")];
        using var engine = _context.Model.CreatePredictionEngine<Row, Score>(model);
        Assert.All(rows.Zip(together), pair => Assert.Equal(pair.Second, engine.Predict(pair.First).LogLikelihood, 1e-4f));
    }

    [Fact]
    public void What_was_tuned_is_a_folder_for_other_libraries_and_an_adapter()
    {
        string folder = _folder.File("tuned"), adapter = _folder.File("adapter");
        using (var model = _context.Transforms.Text.KappaTuneLanguageModel(Options with { MaxEpochs = 1, Method = TuningMethod.Lora(2) })
            .Fit(Rows(24, seed: 1)))
        {
            model.SaveModel(folder);
            model.SaveAdapter(adapter);
        }

        using Checkpoint tuned = Checkpoint.Open(folder), plain = Checkpoint.Open(_base);
        using CausalLanguageModel merged = CausalLanguageModel.Load(tuned), other = CausalLanguageModel.Load(plain);
        Assert.False(TinyTask.AreSame(TinyTask.Weights(other), TinyTask.Weights(merged)));
        using LoraAdapters adapters = LoraAdapters.Load(other, adapter);
        adapters.Merge();
        TinyTask.AssertSame(TinyTask.Weights(other), TinyTask.Weights(merged));
        // The tokenizer is there.
        using var again = _context.Transforms.Text.KappaTuneLanguageModel(Options with { BaseModel = folder, MaxEpochs = 1 })
            .Fit(Rows(24, seed: 1));
        Assert.Throws<InvalidOperationException>(() => again.SaveAdapter(adapter));
    }

    [Fact]
    public void Whole_texts_need_one_column()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
            Row.Create(24, seed: 1).Select(row => new { Text = row.Prompt + row.Completion }));
        using var model = _context.Transforms.Text.KappaTuneLanguageModel(
            new() { BaseModel = _base, MaxEpochs = 1, Device = "cpu", ScanCacheDirectory = null, ValidationFraction = 0.25 }).Fit(rows);
        Assert.Equal((18, 6), (model.Report.TrainingRows, model.Report.ValidationRows));
        Assert.All(model.Transform(rows).GetColumn<float>("Perplexity"), value => Assert.True(value > 1));
    }

    [Fact]
    public void What_is_wrong_is_said_by_name()
    {
        Assert.Equal("BaseModel", Wrong(new()));
        Assert.Equal("HeadEpochs", Wrong(Options with { HeadEpochs = 1 }));
        Assert.Equal("CompletionColumnName", Wrong(Options with { CompletionColumnName = nameof(Row.Prompt) }));
        Assert.Equal("LogLikelihoodColumnName", Wrong(Options with { LogLikelihoodColumnName = "Perplexity" }));
        Assert.Equal("EarlyStopping", Wrong(Options with { EarlyStopping = new() }));
        var missing = Assert.Throws<ArgumentOutOfRangeException>(
            () => _context.Transforms.Text.KappaTuneLanguageModel(Options with { CompletionColumnName = "Answer" }).Fit(Rows(4, seed: 1)));
        Assert.Contains("completion column 'Answer'", missing.Message);
        IDataView none = _context.Data.LoadFromEnumerable<Row>([]);
        Assert.Throws<InvalidOperationException>(() => _context.Transforms.Text.KappaTuneLanguageModel(Options).Fit(none));
        var encoder = Assert.Throws<CheckpointFormatException>(
            () => _context.Transforms.Text.KappaTuneLanguageModel(Options with { BaseModel = TinyModel.Write(_folder, "encoder") })
                .Fit(Rows(4, seed: 1)));
        Assert.Contains("bert", encoder.Message);

        string? Wrong(KappaTuneLanguageModelEstimator.Options options) =>
            Assert.Throws<ArgumentException>(() => _context.Transforms.Text.KappaTuneLanguageModel(options)).ParamName;
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        IDataView train = Rows(16, seed: 1);
        using (var model = _context.Transforms.Text.KappaTuneLanguageModel(Options with { MaxEpochs = 1 }).Fit(train))
            _context.Model.Save(model, train.Schema, _folder.File("model.zip"));
        File.WriteAllBytes(_folder.File("model.zip"), ModelZip.Edit(File.ReadAllBytes(_folder.File("model.zip")), (name, content) =>
        {
            if (name.EndsWith("model.safetensors", StringComparison.Ordinal))
                content[^1] ^= 1;
            return content;
        }));
        Exception e = Assert.ThrowsAny<Exception>(() => _context.Model.Load(_folder.File("model.zip"), out _));
        while (e.InnerException is { } inner)
            e = inner;
        Assert.IsType<FormatException>(e);
    }

    private IDataView Rows(int count, int seed) => _context.Data.LoadFromEnumerable(Row.Create(count, seed));

    internal sealed class Row
    {
        public string Prompt { get; set; } = "";

        public string Completion { get; set; } = "";

        public static Row[] Create(int count, int seed) =>
            [.. TinyDecoder.Completions(count, seed).Select(row => new Row { Prompt = row.Prompt, Completion = row.Completion })];
    }

    internal sealed class Score
    {
        public float LogLikelihood { get; set; }
    }
}
