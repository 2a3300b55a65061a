using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>Models that are loaded to write, with adapters from elsewhere.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class TextGeneratorTests : IDisposable
{
    private const string Endless = """{"eos_token_id": []}""", Template = "{% for m in messages %}{{ m.content }} {% endfor %}";

    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public TextGeneratorTests()
    {
        _base = TinyDecoder.Write(_folder);
        File.WriteAllText(Path.Combine(_base, "generation_config.json"), Endless);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void With_an_adapter_a_base_writes_as_the_merged_model()
    {
        string adapter = _folder.File("adapter"), merged = _folder.File("merged");
        Adapt(adapter, merged);
        string adapted = Text(TextGenerator.Load(_base, "cpu", adapter));
        Assert.Equal(Text(TextGenerator.Load(merged, "cpu")), adapted);
        Assert.NotEqual(Text(TextGenerator.Load(_base, "cpu")), adapted);
    }

    [Fact]
    public void The_tokenizer_beside_an_adapter_counts_with_its_template()
    {
        string adapter = _folder.File("adapter");
        Adapt(adapter, _folder.File("merged"));
        File.WriteAllText(Path.Combine(adapter, "chat_template.jinja"), Template);
        // A template alone is nothing that a trainer saves.
        Assert.False(HasTemplate());
        File.Copy(Path.Combine(_base, "tokenizer.json"), Path.Combine(adapter, "tokenizer.json"));
        Assert.True(HasTemplate());

        bool HasTemplate()
        {
            using TextGenerator generator = TextGenerator.Load(_base, "cpu", adapter);
            return generator.HasChatTemplate;
        }
    }

    [Fact]
    public void What_is_no_adapter_of_the_model_is_refused_and_leaves_no_tensor()
    {
        string adapter = _folder.File("adapter");
        Adapt(adapter, _folder.File("merged"));
        string other = TinyDecoder.Write(_folder, "other", TinyDecoder.Config with { IntermediateSize = 20 });
        long before = LiveTensors.Settled();
        var wrong = Assert.Throws<CheckpointFormatException>(() => TextGenerator.Load(other, "cpu", adapter));
        Assert.Contains("down_proj", wrong.Tensor, StringComparison.Ordinal);
        var missing = Assert.Throws<CheckpointFormatException>(() => TextGenerator.Load(_base, "cpu", _folder.File("none")));
        Assert.Equal(_folder.File("none"), missing.File);
        LiveTensors.AssertAre(before);
    }

    [Fact]
    public void A_field_that_nobody_knows_is_told()
    {
        string adapter = _folder.File("adapter");
        Adapt(adapter, _folder.File("merged"));
        AssertWarnings();
        AddField(Path.Combine(_base, "config.json"), "attention_moods");
        AssertWarnings("attention_moods");
        AddField(Path.Combine(adapter, "adapter_config.json"), "use_moods");
        AssertWarnings("attention_moods", "use_moods");

        void AssertWarnings(params string[] fields)
        {
            using TextGenerator generator = TextGenerator.Load(_base, "cpu", adapter);
            Assert.Equal(fields.Length, generator.Warnings.Count);
            Assert.All(fields.Zip(generator.Warnings), pair => Assert.Contains($", {pair.First}: ", pair.Second, StringComparison.Ordinal));
        }
    }

    /// <summary>Writes an adapter that changes much, and the model that it makes of the base.</summary>
    private void Adapt(string adapter, string merged)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        string[] names = [.. Enumerable.Range(0, 3).Select(layer => $"model.layers.{layer}.mlp.down_proj.weight")];
        using LoraAdapters adapters = LoraAdapters.Attach(model, names, TuningMethod.Lora(4, alpha: 200), seed: 1);
        LoraSample.Train(adapters);
        adapters.Save(adapter, _base, names);
        adapters.Merge();
        ModelWriter.SaveFolder(merged, model);
        foreach (string file in (string[])["tokenizer.json", "generation_config.json"])
            File.Copy(Path.Combine(_base, file), Path.Combine(merged, file));
    }

    private static string Text(TextGenerator loaded)
    {
        using TextGenerator generator = loaded;
        GenerationOptions options = new() { MaxTokens = 12 };
        return string.Concat(
            generator.Generate("we saw a film", options, TestContext.Current.CancellationToken).Select(piece => piece.Text));
    }

    private static void AddField(string file, string name)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(file))!;
        root[name] = 1;
        File.WriteAllText(file, root.ToJsonString());
    }
}
