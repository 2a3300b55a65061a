using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>Language models in ML.NET's pipelines and files.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LanguageModelTests : LanguageModelPipeline
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Completions_become_likely_and_the_model_is_one_file(bool isLora)
    {
        IDataView train = Rows(48, seed: 1), test = Rows(20, seed: 2);
        var options = Options with { ValidationSet = test, Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct, Packing = isLora };
        using var model = Fit(options, train);
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

        string file = Save(model);
        Directory.Delete(_base, recursive: true);
        using KappaTuneLanguageModelTransformer loaded = Load(file);
        Assert.Equal(likelihoods, Likelihoods(loaded, test));
        Assert.Equal(model.Report.ToString(), loaded.Report.ToString());
    }

    [Fact]
    public void Rows_by_themselves_and_in_a_view_have_the_same_scores()
    {
        using var model = Fit(Options with { MaxEpochs = 1 });
        Row[] rows = Row.Create(10, seed: 3);
        float[] together = Likelihoods(model, _context.Data.LoadFromEnumerable(rows));
        using var engine = _context.Model.CreatePredictionEngine<Row, Score>(model);
        Assert.All(rows.Zip(together), pair => Assert.Equal(pair.Second, engine.Predict(pair.First).LogLikelihood, 1e-4f));
    }

    [Fact]
    public void What_was_tuned_is_a_folder_for_other_libraries_and_an_adapter()
    {
        string folder = _folder.File("tuned"), adapter = _folder.File("adapter");
        using (var model = Fit(Options with { MaxEpochs = 1, Method = TuningMethod.Lora(2) }))
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
        using var again = Fit(Options with { BaseModel = folder, MaxEpochs = 1 });
        Assert.Throws<InvalidOperationException>(() => again.SaveAdapter(adapter));
    }

    [Fact]
    public void Whole_texts_need_one_column()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
            Row.Create(24, seed: 1).Select(row => new { Text = row.Prompt + row.Completion }));
        using var model = Fit(
            new() { BaseModel = _base, MaxEpochs = 1, Device = "cpu", ScanCacheDirectory = null, ValidationFraction = 0.25 }, rows);
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
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Options with { CompletionColumnName = "Answer" }));
        Assert.Contains("completion column 'Answer'", missing.Message);
        IDataView none = _context.Data.LoadFromEnumerable<Row>([]);
        Assert.Throws<InvalidOperationException>(() => Fit(Options, none));
        var encoder = Assert.Throws<CheckpointFormatException>(() => Fit(Options with { BaseModel = TinyModel.Write(_folder, "encoder") }));
        Assert.Contains("bert", encoder.Message);
    }

    internal sealed class Score
    {
        public float LogLikelihood { get; set; }
    }
}
