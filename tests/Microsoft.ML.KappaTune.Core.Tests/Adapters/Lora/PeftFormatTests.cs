using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Adapters.Lora;

public sealed class PeftFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Adapters_are_written_with_PEFTs_names()
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters =
            LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(4, alpha: 6, dropout: 0.25), seed: 1);
        adapters.Save(_folder.Path, "bert-base-uncased", [.. LoraSample.Weights, .. LoraSample.Head]);

        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"],
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors"));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(
            [
                "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight F32 [4, 16]",
                "base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.weight F32 [16, 4]",
                "base_model.model.bert.encoder.layer.1.output.dense.lora_A.weight F32 [4, 24]",
                "base_model.model.bert.encoder.layer.1.output.dense.lora_B.weight F32 [16, 4]",
                "base_model.model.classifier.bias F32 [3]",
                "base_model.model.classifier.weight F32 [3, 16]",
            ],
            file.Tensors.Select(t => $"{t.Name} {t.DataType.Name()} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal));

        JsonElement config = JsonFile.ReadObject(_folder.File("adapter_config.json"));
        Assert.Equal("LORA", config.GetProperty("peft_type").GetString());
        Assert.Equal("SEQ_CLS", config.GetProperty("task_type").GetString());
        Assert.Equal("bert-base-uncased", config.GetProperty("base_model_name_or_path").GetString());
        Assert.Equal(4, config.GetProperty("r").GetInt32());
        Assert.Equal("6", config.GetProperty("lora_alpha").GetRawText());
        Assert.Equal(0.25, config.GetProperty("lora_dropout").GetDouble());
        Assert.Equal("none", config.GetProperty("bias").GetString());
        Assert.Equal([LoraSample.Query, LoraSample.Output], Texts(config, "target_modules"));
        Assert.Equal(["classifier"], Texts(config, "modules_to_save"));
        Assert.True(config.GetProperty("inference_mode").GetBoolean());
        Assert.All((string[])["fan_in_fan_out", "use_rslora", "use_dora"], field => Assert.False(config.GetProperty(field).GetBoolean()));
    }

    [Theory]
    [InlineData(
        "bert", "bert.pooler.dense.weight,bert.pooler.dense.bias,classifier.weight,classifier.bias", "bert.pooler.dense,classifier")]
    [InlineData("roberta", "classifier.dense.weight,classifier.out_proj.weight", "classifier")]
    [InlineData("distilbert", "pre_classifier.weight,classifier.bias", "classifier,pre_classifier")]
    [InlineData("bert", "classifier.bias,bert.encoder.layer.0.output.LayerNorm.weight", "bert.encoder.layer.0.output.LayerNorm,classifier")]
    public void What_was_trained_whole_is_saved_whole(string family, string trained, string saved)
    {
        using SequenceClassifier model = LoraSample.Model(SmallEncoder.Family(family));
        string[] weights = [.. model.LinearLayers.Keys.Where(path => path.Contains("layer.1.", StringComparison.Ordinal))
            .Select(path => $"{path}.weight")];
        using LoraAdapters adapters = LoraAdapters.Attach(model, weights, TuningMethod.Lora(2), seed: 1);
        adapters.Save(_folder.Path, null, trained.Split(','));
        Assert.Equal(saved.Split(','), Texts(JsonFile.ReadObject(_folder.File("adapter_config.json")), "modules_to_save"));

        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors"));
        string[] expected = [.. model.named_parameters().Select(named => named.name)
            .Where(name => saved.Split(',').Any(module => name.StartsWith($"{module}.", StringComparison.Ordinal)))];
        Assert.Equal(
            expected.Select(name => $"base_model.model.{name}").Order(),
            file.Tensors.Select(t => t.Name).Where(name => !name.Contains(".lora_", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData(nameof(ScalarType.Float32))]
    [InlineData(nameof(ScalarType.BFloat16))]
    public void A_base_with_its_adapters_is_the_tuned_model_bit_for_bit(string type)
    {
        ScalarType dtype = Enum.Parse<ScalarType>(type);
        using SequenceClassifier tuned = LoraSample.Model(dtype: dtype);
        using LoraAdapters adapters = LoraAdapters.Attach(tuned, LoraSample.Weights, TuningMethod.Lora(3), seed: 1);
        LoraSample.Train(adapters);
        using (no_grad())
        {
            foreach (string name in LoraSample.Head)
                tuned.get_parameter(name)!.add_(0.125);
        }

        adapters.Merge();
        // After merging, as a tuned model that is saved later does.
        adapters.Save(_folder.Path, null, [.. LoraSample.Weights, .. LoraSample.Head]);
        using SequenceClassifier other = LoraSample.Model(dtype: dtype);
        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        if (dtype == ScalarType.Float32)
            Assert.All(LoraSample.Logits(tuned).Zip(LoraSample.Logits(other)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        read.Merge();
        Assert.Equal(LoraSample.Bits(tuned), LoraSample.Bits(other));
        Assert.Equal(LoraSample.Logits(tuned), LoraSample.Logits(other));
    }

    [Fact]
    public void Biases_of_adapted_layers_are_below_the_base_layer()
    {
        using SequenceClassifier tuned = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(tuned, LoraSample.Weights, TuningMethod.Lora(3), seed: 1);
        using (no_grad())
            tuned.LinearLayers[LoraSample.Query].Bias!.add_(0.5);
        adapters.Save(_folder.Path, null, [.. LoraSample.Weights, $"{LoraSample.Query}.bias"]);
        Assert.Equal("lora_only", JsonFile.ReadObject(_folder.File("adapter_config.json")).GetProperty("bias").GetString());
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("adapter_model.safetensors")))
            Assert.Contains($"base_model.model.{LoraSample.Query}.base_layer.bias", file.Tensors.Select(t => t.Name));

        using SequenceClassifier other = LoraSample.Model();
        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        Assert.Equal(LoraSample.Bits(tuned), LoraSample.Bits(other));
    }

    [Fact]
    public void Ranks_that_differ_survive_a_round_trip()
    {
        var settings = new Dictionary<string, LoraSettings>
        {
            [LoraSample.Query] = new(2, 5, 0.1, IsRankStabilized: true),
            [LoraSample.Output] = new(4, 8.5, 0.1, IsRankStabilized: true),
            ["bert.encoder.layer.1.attention.self.key"] = new(2, 5, 0.1, IsRankStabilized: true),
        };
        using SequenceClassifier model = LoraSample.Model(), other = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, settings);
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, null, []);
        using LoraAdapters read = LoraAdapters.Load(other, _folder.Path);
        Assert.Equal(settings, read.ByModule.ToDictionary(pair => pair.Key, pair => pair.Value.Settings));
        Assert.Equal(LoraSample.Logits(model), LoraSample.Logits(other));
    }

    [Fact]
    public void A_saved_adapter_is_replaced_and_one_that_cannot_be_written_leaves_it()
    {
        using SequenceClassifier model = LoraSample.Model();
        using LoraAdapters adapters = LoraAdapters.Attach(model, LoraSample.Weights, TuningMethod.Lora(3), seed: 1);
        adapters.Save(_folder.Path, "a", LoraSample.Head);
        _folder.Write("README.md", "mine");
        byte[][] before = Contents();
        Assert.Contains("no.such", Assert.Throws<ArgumentException>(() => adapters.Save(_folder.Path, "b", ["no.such"])).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, Contents());

        adapters.Save(_folder.Path, "a", LoraSample.Head);
        Assert.Equal(before, Contents());
        LoraSample.Train(adapters);
        adapters.Save(_folder.Path, "b", LoraSample.Head);
        Assert.All(before.Zip(Contents()).Skip(1), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal("mine", File.ReadAllText(_folder.File("README.md")));
        Assert.Equal(3, Directory.EnumerateFileSystemEntries(_folder.Path).Count());

        byte[][] Contents() => [.. ((string[])["README.md", "adapter_config.json", "adapter_model.safetensors"]).Select(
            name => File.ReadAllBytes(_folder.File(name)))];
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Texts(JsonElement config, string field) =>
        [.. config.GetProperty(field).EnumerateArray().Select(item => item.GetString()!)];
}
