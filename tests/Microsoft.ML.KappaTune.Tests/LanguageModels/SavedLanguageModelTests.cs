using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.LanguageModels;

/// <summary>A saved language model is the model, in whatever form.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SavedLanguageModelTests : LanguageModelPipeline
{
    private const string GenerationConfig = "generation_config.json", Template = "chat_template.jinja";

    private static readonly string ToolTemplate = Path.Combine("additional_chat_templates", "tool_use.jinja");

    private protected override KappaTuneLanguageModelEstimator.Options Options => base.Options with { MaxEpochs = 2 };

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
        string file = Save(model);
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

    [Theory]
    [InlineData(WeightStorage.Full, "model.safetensors")]
    [InlineData(WeightStorage.Changed, "changed.safetensors")]
    public void A_damaged_file_is_refused(WeightStorage storage, string entry)
    {
        using (var model = Fit(Options with { MaxEpochs = 1, WeightStorage = storage }))
            Save(model);
        string file = _folder.File("model.zip");
        File.WriteAllBytes(file, ModelZip.Edit(File.ReadAllBytes(file), (name, content) =>
        {
            if (name.EndsWith(entry, StringComparison.Ordinal))
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
            Save(model);
        }

        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(first, GenerationConfig)))!;
        Assert.Equal($"[4,{TinyDecoder.End}]", config["eos_token_id"]!.ToJsonString());
        Assert.Equal(0.5, (double)config["temperature"]!);
        Assert.Equal("usual", File.ReadAllText(Path.Combine(first, Template)));
        Assert.Equal("with tools", File.ReadAllText(Path.Combine(first, ToolTemplate)));
        // A classifier by words was here before.
        string words = Path.Combine(Directory.CreateDirectory(second).FullName, "label_words.json");
        File.WriteAllText(words, "of another model");
        using (KappaTuneLanguageModelTransformer loaded = Load(_folder.File("model.zip")))
            loaded.SaveModel(second);
        Assert.False(File.Exists(words));
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
        Assert.Contains("two words", Assert.Throws<CheckpointFormatException>(() => Save(model)).File);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_GGUF_file_of_codes_is_a_base_as_any_other(bool isLora)
    {
        string path = TinyDecoder.WriteBytes(_folder), file = _folder.File("base.gguf"), tuned = _folder.File("tuned"), zip;
        using (Checkpoint checkpoint = Checkpoint.Open(path))
        using (CausalLanguageModel weights = CausalLanguageModel.Load(checkpoint))
            GgufModelWriter.Save(file, weights, TokenizerFiles.Read(checkpoint), GgufType.Q8);
        Directory.Delete(path, recursive: true);
        var options = Options with { BaseModel = file, MaxEpochs = 1, MaxSequenceLength = 24 };
        float[] scores;
        using (var model = Fit(options with
        {
            Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct,
            WeightStorage = WeightStorage.Changed,
        }))
        {
            scores = Scores(model);
            zip = Save(model, "model.zip");
            model.SaveModel(tuned);
        }

        using (KappaTuneLanguageModelTransformer loaded = Load(zip))
            Assert.Equal(scores, Scores(loaded));
        // The folder has the tokenizer that the file had, to write with and to go on training.
        using (TextGenerator generator = TextGenerator.Load(tuned, "cpu"))
            Assert.NotEmpty(generator.Generate("we saw", new() { MaxTokens = 3 }, TestContext.Current.CancellationToken));
        using var again = Fit(options with { BaseModel = tuned });
        Assert.NotEqual(scores, Scores(again));
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

    [Theory]
    [InlineData(WeightStorage.Full)]
    [InlineData(WeightStorage.Changed)]
    public void Selected_parts_of_fused_matrices_are_saved_with_their_model(WeightStorage storage)
    {
        string path = TinyDecoder.Write(_folder, "fused", TinyDecoder.Config with { Family = ModelFamilies.Phi3 });
        using var model = Fit(Options with
        {
            BaseModel = path,
            WeightStorage = storage,
            Selection = KappaSelection.Lowest(5) with { Fused = FusedMatrices.ByParts, Include = ["*qkv_proj*", "*gate_up_proj*"] },
        });
        Assert.All(model.Report.Plan.Selected, matrix => Assert.NotNull(matrix.Part));
        string file = Save(model, "model.zip");
        using KappaTuneLanguageModelTransformer loaded = Load(file);
        Assert.Equal(Scores(model), Scores(loaded));
        Assert.Equal(FusedMatrices.ByParts, loaded.Report.Plan.Selection.Fused);
        Assert.Equal(model.Report.Plan.Selected.Select(matrix => matrix.Id), loaded.Report.Plan.Selected.Select(matrix => matrix.Id));

        // The folder for other programs has the tensors as they were, but for what was selected.
        loaded.SaveModel(_folder.File("tuned"));
        using Checkpoint before = Checkpoint.Open(path), after = Checkpoint.Open(_folder.File("tuned"));
        string[] changed =
        [
            .. before.Tensors.Where(view => !Bytes(view).AsSpan().SequenceEqual(Bytes(after.Find(view.Name)!))).Select(view => view.Name)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(model.Report.Plan.Selected.Select(matrix => matrix.Name).Distinct().Order(StringComparer.Ordinal), changed);
        foreach (PlannedMatrix other in model.Report.Plan.Matrices.Where(m => !m.Selected && m.Matrix.Part is not null))
        {
            ScannedMatrix part = other.Matrix;
            int begin = (int)(part.PartStart!.Value * part.Columns * sizeof(float)), length = (int)part.Parameters * sizeof(float);
            Assert.Equal(Bytes(before.Find(part.Name)!)[begin..(begin + length)], Bytes(after.Find(part.Name)!)[begin..(begin + length)]);
        }

        static byte[] Bytes(TensorView view) => view.Bytes(0, (int)view.ByteLength).ToArray();
    }

    private float[] Scores(KappaTuneLanguageModelTransformer model) => Likelihoods(model, Rows(12, seed: 2));

    private Exception Fault(string file) => SavedModel.CauseOf(Assert.ThrowsAny<Exception>(() => _context.Model.Load(file, out _)));
}
