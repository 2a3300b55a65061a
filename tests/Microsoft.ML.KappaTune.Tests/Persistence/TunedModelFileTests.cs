using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tests.LanguageModels;

namespace Microsoft.ML.KappaTune.Tests.Persistence;

/// <summary>The one tuned model in a file is found wherever it stands; none, several and no pipeline are one kind of error.</summary>
public sealed class TunedModelFileTests : LanguageModelPipeline
{
    private protected override KappaTuneLanguageModelEstimator.Options Options => base.Options with { MaxEpochs = 1 };

    [Fact]
    public void A_model_in_a_pipeline_within_a_pipeline_is_found()
    {
        IDataView rows = Rows(24, seed: 1);
        var within = _context.Transforms.Text.KappaTuneLanguageModel(Options).Append(_context.Transforms.CopyColumns("Again", "Copy"));
        using var pipeline = _context.Transforms.CopyColumns("Copy", nameof(Row.Prompt)).Append(within).Fit(rows);
        Assert.DoesNotContain(pipeline, part => part is KappaTuneLanguageModelTransformer);
        string file = _folder.File("pipeline.zip"), folder = _folder.File("unpacked");
        _context.Model.Save(pipeline, rows.Schema, file);

        TunedModelFile.Unpack(file, folder);
        using TextGenerator generator = TunedModelFile.LoadGenerator(file, device: null), same = TextGenerator.Load(folder, "cpu");
        Assert.Equal(Write(same), Write(generator));
        KappaTuneLanguageModelTransformer model = pipeline.SelectMany(part => part as IEnumerable<ITransformer> ?? [part])
            .OfType<KappaTuneLanguageModelTransformer>().Single();
        model.SaveModel(_folder.File("saved"));
        foreach (string path in Directory.EnumerateFiles(_folder.File("saved")))
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(path))));

        static string[] Write(TextGenerator generator) => [.. generator.Generate(
            "we saw", new() { MaxTokens = 5 }, TestContext.Current.CancellationToken).Select(piece => piece.Text)];
    }

    [Fact]
    public void Which_of_two_models_is_meant_nobody_knows()
    {
        IDataView rows = Rows(24, seed: 1);
        var estimator = _context.Transforms.Text.KappaTuneLanguageModel(Options);
        string file = _folder.File("two.zip");
        using (var pipeline = estimator.Append(estimator).Fit(rows))
            _context.Model.Save(pipeline, rows.Schema, file);
        const string Two = "has 2 models that", Remedy = "Save the one that you mean by itself";
        string both = Assert.Throws<FormatException>(() => TunedModelFile.Unpack(file, _folder.File("unpacked"))).Message;
        Assert.StartsWith($"{file} {Two} KappaTuneTextClassification, KappaTuneLanguageModel or KappaTuneSpeech tuned. {Remedy}", both);
        string one = Assert.Throws<FormatException>(() => TunedModelFile.LoadGenerator(file, device: null)).Message;
        Assert.StartsWith($"{file} {Two} KappaTuneLanguageModel or KappaTuneSpeech tuned. {Remedy}", one);
        Assert.False(Directory.Exists(_folder.File("unpacked")));
    }

    [Fact]
    public void A_file_without_a_tuned_model_is_named()
    {
        IDataView rows = Rows(2, seed: 1);
        string other = _folder.File("other.zip"), hollow = _folder.File("hollow.zip");
        _context.Model.Save(_context.Transforms.CopyColumns("Copy", nameof(Row.Prompt)).Fit(rows), rows.Schema, other);
        string none = Assert.Throws<FormatException>(() => TunedModelFile.LoadGenerator(other, device: null)).Message;
        Assert.Equal(
            $"{other} has no model that KappaTuneLanguageModel or KappaTuneSpeech tuned. Name the .zip of one, a folder in Hugging Face "
            + "layout or a .gguf file.",
            none);

        // A model file, as its first entry says, with nothing behind it.
        File.WriteAllBytes(hollow, ModelZip.Edit(
            File.ReadAllBytes(other), (name, content) => name.StartsWith("TrainingInfo", StringComparison.Ordinal) ? content : null));
        var error = Assert.Throws<FormatException>(() => TunedModelFile.Unpack(hollow, _folder.File("unpacked")));
        Assert.StartsWith(hollow, error.Message);
        Assert.NotNull(error.InnerException);
    }
}
