using Microsoft.ML.KappaTune.Tests.LanguageModels;
using Microsoft.ML.KappaTune.Tests.TextClassification;

namespace Microsoft.ML.KappaTune.Tests.Persistence;

/// <summary>A folder that another model was in is read as a new one would be.</summary>
public sealed class ModelFolderTests : LanguageModelPipeline
{
    private static readonly string[] OfAnother =
    [
        "generation_config.json", "additional_chat_templates/tool_use.jinja", "chat_template.jinja", "spiece.model", "label_words.json",
        "adapter_config.json", "adapter_model.safetensors", ".adapter.new/adapter_config.json", "modules.json", "1_Pooling/config.json",
        "sentence_bert_config.json", "config_sentence_transformers.json", "quantize_config.json", "quant_config.json",
        "model.safetensors.index.json", "model-00001-of-00002.safetensors",
    ];

    private static readonly string[] OfTheUser = ["README.md", "model-best-of-three.safetensors", "notes/adapter_config.json"];

    private protected override KappaTuneLanguageModelEstimator.Options Options => base.Options with { MaxEpochs = 1 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_classifier_leaves_nothing_of_another_model(bool areWords)
    {
        var words = new Dictionary<string, string> { ["positive"] = "very fine", ["negative"] = "very poor", ["other"] = "queer" };
        ClassLabels labels = areWords ? ClassLabels.AsWords("film : {text} we think :", words) : ClassLabels.AsOutputs;
        var options = FittedModel.TinyOptions(_base) with { MaxEpochs = 1, ClassLabels = labels };
        using var model = _context.MulticlassClassification.Trainers.KappaTuneTextClassification(options)
            .Fit(Document.View(_context, 24, classes: 3));
        AssertNothingIsLeft(model.SaveModel);
        Assert.Equal(areWords, File.Exists(_folder.File("used/label_words.json")));
    }

    [Fact]
    public void A_language_model_leaves_nothing_of_another_model()
    {
        using var model = Fit(Options with { Method = TuningMethod.Lora(2) });
        AssertNothingIsLeft(model.SaveModel);
        string adapter = Directory.CreateDirectory(_folder.File("adapter")).FullName;
        foreach (string name in (string[])["label_words.json", "fusion.json", "fusion.safetensors", "sound.json"])
            _folder.Write($"adapter/{name}", "of another model");
        model.SaveAdapter(adapter);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], FilesOf(adapter));
    }

    private void AssertNothingIsLeft(Action<string> save)
    {
        string fresh = _folder.File("fresh"), used = _folder.File("used");
        foreach (string name in OfAnother.Concat(OfTheUser))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(used, name))!);
            File.WriteAllText(Path.Combine(used, name), "of another");
        }

        save(fresh);
        save(used);
        string[] files = FilesOf(fresh);
        Assert.Equal(files.Concat(OfTheUser).Order(StringComparer.Ordinal), FilesOf(used));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(fresh, file)), File.ReadAllBytes(Path.Combine(used, file))));
    }

    private static string[] FilesOf(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];
}
