using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A saved language model is the model, in whatever form.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SavedLanguageModelTests : IDisposable
{
    private const string GenerationConfig = "generation_config.json", Template = "chat_template.jinja";

    private static readonly string ToolTemplate = Path.Combine("additional_chat_templates", "tool_use.jinja");

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly string _base;

    public SavedLanguageModelTests() => _base = TinyDecoder.Write(_folder);

    public void Dispose() => _folder.Dispose();

    private KappaTuneLanguageModelEstimator.Options Options => new()
    {
        BaseModel = _base,
        TextColumnName = nameof(LanguageModelTests.Row.Prompt),
        CompletionColumnName = nameof(LanguageModelTests.Row.Completion),
        Selection = KappaSelection.LowestFraction(0.3),
        MaxEpochs = 2,
        BatchSize = 8,
        LearningRate = 2e-2,
        Threads = 1,
        Device = "cpu",
        ScanCacheDirectory = null,
    };

    [Theory]
    [InlineData(WeightStorage.Full, false)]
    [InlineData(WeightStorage.Full, true)]
    [InlineData(WeightStorage.Changed, false)]
    [InlineData(WeightStorage.Changed, true)]
    public void Scores_are_the_same_bit_for_bit(WeightStorage storage, bool isLora)
    {
        using var model = Fit(Options with
        {
            WeightStorage = storage,
            Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct,
            Selection = Options.Selection with { Norms = !isLora },
        });
        string file = Save(model, "model.zip");
        using KappaTuneLanguageModelTransformer loaded = Load(file);
        Assert.Equal(Scores(model), Scores(loaded));
        Assert.Equal(model.Report.ToString(), loaded.Report.ToString());
        Assert.Equal(new FileInfo(file).Length, new FileInfo(Save(loaded, "again.zip")).Length);
        using (KappaTuneLanguageModelTransformer again = Load(_folder.File("again.zip")))
            Assert.Equal(Scores(model), Scores(again));
        if (!isLora)
        {
            Assert.Throws<InvalidOperationException>(() => loaded.SaveAdapter(_folder.File("adapter")));
            return;
        }

        model.SaveAdapter(_folder.File("adapter"));
        loaded.SaveAdapter(_folder.File("adapter2"));
        foreach (string path in Directory.EnumerateFiles(_folder.File("adapter")))
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_folder.File("adapter2"), Path.GetFileName(path))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changed_weights_are_few_and_need_their_base(bool isLora)
    {
        var options = Options with
        {
            Selection = KappaSelection.Lowest(2),
            Method = isLora ? TuningMethod.Lora(1) : TuningMethod.Direct,
            MaxEpochs = 1,
        };
        using var model = Fit(options with { WeightStorage = WeightStorage.Changed });
        string changed = Save(model, "changed.zip");
        using (var full = Fit(options))
            Assert.True(new FileInfo(changed).Length < new FileInfo(Save(full, "full.zip")).Length, "changed weights take more than all");
        string moved = _folder.File("moved");
        Directory.Move(_base, moved);
        Assert.Contains("KAPPATUNE_BASE_MODEL", Assert.IsType<CheckpointFormatException>(Fault(changed)).Message);
        using (CausalLanguageModel other = CausalLanguageModel.Create(TinyDecoder.Config, seed: 4))
            ModelWriter.SaveFolder(_base, other);
        Assert.Contains("isn't the base model", Assert.IsType<CheckpointFormatException>(Fault(changed)).Reason);
    }

    [Fact]
    public void A_damaged_file_of_changed_weights_is_refused()
    {
        using (var model = Fit(Options with { MaxEpochs = 1, WeightStorage = WeightStorage.Changed }))
            Save(model, "model.zip");
        string file = _folder.File("model.zip");
        File.WriteAllBytes(file, ModelZip.Edit(File.ReadAllBytes(file), (name, content) =>
        {
            if (name.EndsWith("changed.safetensors", StringComparison.Ordinal))
                content[^1] ^= 1;
            return content;
        }));
        Assert.IsType<FormatException>(Fault(file));
    }

    [Fact]
    public void How_the_base_writes_goes_along_with_the_end_of_training()
    {
        File.WriteAllText(Path.Combine(_base, GenerationConfig), """{"do_sample": true, "temperature": 0.5, "eos_token_id": 4}""");
        File.WriteAllText(Path.Combine(_base, Template), "usual");
        Directory.CreateDirectory(Path.Combine(_base, "additional_chat_templates"));
        File.WriteAllText(Path.Combine(_base, ToolTemplate), "with tools");
        string first = _folder.File("first"), second = _folder.File("second");
        using (var model = Fit(Options with { MaxEpochs = 1 }))
        {
            model.SaveModel(first);
            Save(model, "model.zip");
        }

        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(first, GenerationConfig)))!;
        Assert.Equal($"[4,{TinyDecoder.End}]", config["eos_token_id"]!.ToJsonString());
        Assert.Equal(0.5, (double)config["temperature"]!);
        Assert.Equal("usual", File.ReadAllText(Path.Combine(first, Template)));
        Assert.Equal("with tools", File.ReadAllText(Path.Combine(first, ToolTemplate)));
        using (KappaTuneLanguageModelTransformer loaded = Load(_folder.File("model.zip")))
            loaded.SaveModel(second);
        string[] files = [.. Directory.EnumerateFiles(first, "*", SearchOption.AllDirectories).Order()];
        Assert.Contains(Path.Combine(first, ToolTemplate), files);
        foreach (string file in files)
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(second, Path.GetRelativePath(first, file))));
    }

    [Theory]
    [InlineData("""{"eos_token_id": "x"}""")]
    [InlineData("[]")]
    public void A_wrong_file_about_writing_is_told_before_training(string json)
    {
        File.WriteAllText(Path.Combine(_base, GenerationConfig), json);
        var e = Assert.Throws<CheckpointFormatException>(() => Fit(Options));
        Assert.EndsWith(GenerationConfig, e.File);
    }

    [Fact]
    public void A_template_whose_name_no_model_file_takes_is_refused_when_it_is_saved()
    {
        Directory.CreateDirectory(Path.Combine(_base, "additional_chat_templates"));
        File.WriteAllText(Path.Combine(_base, "additional_chat_templates", "two words.jinja"), "T");
        using var model = Fit(Options with { MaxEpochs = 1 });
        Assert.Contains("two words", Assert.Throws<CheckpointFormatException>(() => Save(model, "model.zip")).File);
    }

    [Fact]
    public void A_GGUF_file_is_the_model_with_tokenizer_templates_and_end()
    {
        string path = TinyDecoder.WriteBytes(_folder);
        File.WriteAllText(Path.Combine(path, GenerationConfig), """{"eos_token_id": 65}""");
        File.WriteAllText(Path.Combine(path, Template), "usual");
        Directory.CreateDirectory(Path.Combine(path, "additional_chat_templates"));
        File.WriteAllText(Path.Combine(path, ToolTemplate), "with tools");
        string file = _folder.File("model.gguf"), folder = _folder.File("tuned");
        using (var model = Fit(Options with { BaseModel = path, MaxEpochs = 1, MaxSequenceLength = 24 }))
        {
            model.SaveModel(folder);
            model.SaveGguf(file, GgufWeights.F32);
            model.SaveGguf(_folder.File("half.gguf"));
            model.SaveGguf(_folder.File("codes.gguf"), GgufWeights.Q8);
            Assert.Throws<ArgumentOutOfRangeException>(() => model.SaveGguf(file, (GgufWeights)9));
        }

        Assert.True(new FileInfo(_folder.File("half.gguf")).Length < new FileInfo(file).Length);
        using Checkpoint written = Checkpoint.Open(file), half = Checkpoint.Open(_folder.File("half.gguf")),
            codes = Checkpoint.Open(_folder.File("codes.gguf")), tuned = Checkpoint.Open(folder);
        using CausalLanguageModel expected = CausalLanguageModel.Load(tuned), found = CausalLanguageModel.Load(written),
            rounded = CausalLanguageModel.Load(half), coded = CausalLanguageModel.Load(codes);
        TinyTask.AssertSame(TinyTask.Weights(expected), TinyTask.Weights(found));
        TinyTask.AssertSame(TinyTask.Weights(expected), TinyTask.Weights(rounded), 2e-3f);
        TinyTask.AssertSame(TinyTask.Weights(expected), TinyTask.Weights(coded), 1e-2f);
        Assert.Equal([65, 258], DecoderConfig.Read(written).EndTokenIds);
        TokenizerFiles files = TokenizerFiles.Read(written);
        var templates = ChatTemplates.Read(files)!;
        Assert.Equal(("usual", "with tools"), (templates.For(hasTools: false)!.Source, templates.For(hasTools: true)!.Source));
        Assert.Equal(
            HuggingFaceTokenizer.Create(TokenizerFiles.Read(tuned)).Encode("this then").Ids,
            HuggingFaceTokenizer.Create(files).Encode("this then").Ids);
    }

    [Fact]
    public void What_no_GGUF_file_can_hold_is_refused_and_leaves_nothing()
    {
        string file = _folder.File("none.gguf");
        using (var words = Fit(Options with { MaxEpochs = 1 }))
            Assert.Equal("model.type", Assert.Throws<CheckpointFormatException>(() => words.SaveGguf(file)).Field);
        string path = TinyDecoder.WriteBytes(_folder, config: TinyDecoder.Config with { Activation = "gelu" });
        using (var other = Fit(Options with { BaseModel = path, MaxEpochs = 1, MaxSequenceLength = 24 }))
            Assert.Contains("hidden_act", Assert.Throws<NotSupportedException>(() => other.SaveGguf(file)).Message);
        // The same before any training.
        Assert.Equal(
            "model.type",
            Assert.Throws<CheckpointFormatException>(() => KappaTuneLanguageModelTransformer.RequireGguf(_base)).Field);
        Assert.Contains(
            "hidden_act", Assert.Throws<NotSupportedException>(() => KappaTuneLanguageModelTransformer.RequireGguf(path)).Message);
        KappaTuneLanguageModelTransformer.RequireGguf(TinyDecoder.WriteBytes(_folder, "usual"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private KappaTuneLanguageModelTransformer Fit(KappaTuneLanguageModelEstimator.Options options) =>
        _context.Transforms.Text.KappaTuneLanguageModel(options).Fit(Rows(24, seed: 1));

    private IDataView Rows(int count, int seed) => _context.Data.LoadFromEnumerable(LanguageModelTests.Row.Create(count, seed));

    private float[] Scores(KappaTuneLanguageModelTransformer model) =>
        [.. model.Transform(Rows(12, seed: 2)).GetColumn<float>("LogLikelihood")];

    private string Save(KappaTuneLanguageModelTransformer model, string name)
    {
        _context.Model.Save(model, Rows(1, seed: 1).Schema, _folder.File(name));
        return _folder.File(name);
    }

    private KappaTuneLanguageModelTransformer Load(string file) => (KappaTuneLanguageModelTransformer)_context.Model.Load(file, out _);

    private Exception Fault(string file) => SavedModel.CauseOf(Assert.ThrowsAny<Exception>(() => _context.Model.Load(file, out _)));
}
