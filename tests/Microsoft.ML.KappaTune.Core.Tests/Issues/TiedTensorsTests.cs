using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>A tensor that two modules share is in a file once, under either name.</summary>
public sealed class TiedTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert", "bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight")]
    [InlineData("bert", "cls.predictions.bias", "cls.predictions.decoder.bias")]
    [InlineData("roberta", "roberta.embeddings.word_embeddings.weight", "lm_head.decoder.weight")]
    [InlineData("xlm-roberta", "lm_head.bias", "lm_head.decoder.bias")]
    [InlineData("distilbert", "distilbert.embeddings.word_embeddings.weight", "vocab_projector.weight")]
    public void The_copy_of_the_other_name_is_enough(string family, string parameter, string inFile)
    {
        using var model = SmallEncoder.Randomised(MaskedLanguageModel.Create(SmallEncoder.Config(family), seed: 2));
        ModelWriter.SaveFolder(_folder.Path, model);
        Rename(parameter, inFile);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using MaskedLanguageModel loaded = MaskedLanguageModel.Load(checkpoint);
        AssertSame(model, loaded);
    }

    [Fact]
    public void A_decoder_s_head_is_its_embeddings_if_they_are_tied()
    {
        DecoderConfig config = SmallDecoder.Config() with { TiesWordEmbeddings = true };
        using var model = SmallEncoder.Randomised(CausalLanguageModel.Create(config, seed: 2));
        ModelWriter.SaveFolder(_folder.Path, model);
        Rename("model.embed_tokens.weight", "lm_head.weight");
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using CausalLanguageModel loaded = CausalLanguageModel.Load(checkpoint);
        AssertSame(model, loaded);
    }

    [Fact]
    public void Names_that_safetensors_removed_are_in_its_metadata()
    {
        const string Query = "bert.encoder.layer.0.attention.self.query.weight", Odd = "bert.shared_by_layers.weight";
        using var model = SmallEncoder.Randomised(MaskedLanguageModel.Create(SmallEncoder.Config(ModelFamilies.Bert), seed: 2));
        ModelWriter.SaveFolder(_folder.Path, model);
        Rename(Query, Odd, new() { ["format"] = "pt", [Query] = Odd });
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using MaskedLanguageModel loaded = MaskedLanguageModel.Load(checkpoint);
        AssertSame(model, loaded);
    }

    [Fact]
    public void What_isn_t_tied_isn_t_taken_for_the_other()
    {
        EncoderConfig config = SmallEncoder.Config(ModelFamilies.Bert);
        using (var model = MaskedLanguageModel.Create(config, seed: 2))
            ModelWriter.SaveFolder(_folder.Path, model);
        Rename("bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight");
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        var refused = Assert.Throws<CheckpointFormatException>(
            () => TextEncoder.Load(checkpoint, config with { TiesWordEmbeddings = false }));
        Assert.Contains("missing (1): bert.embeddings.word_embeddings.weight", refused.Reason, StringComparison.Ordinal);
    }

    /// <summary>Such files come of training one of the two: transformers 4 overwrites the head, others compute with both.</summary>
    [Theory]
    [InlineData("llama", "model.embed_tokens.weight", "lm_head.weight")]
    [InlineData("gpt2", "transformer.wte.weight", "lm_head.weight")]
    [InlineData("bert", "bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight")]
    [InlineData("roberta", "lm_head.bias", "lm_head.decoder.bias")]
    public void A_copy_with_other_values_is_refused(string family, string parameter, string inFile)
    {
        bool isDecoder = family is "llama" or "gpt2";
        using torch.nn.Module model = isDecoder
            ? SmallDecoder.Model(SmallDecoder.Config(family == "llama" ? "tied" : "gpt-2"))
            : SmallEncoder.Randomised(MaskedLanguageModel.Create(SmallEncoder.Config(family), seed: 2));
        ModelWriter.SaveFolder(_folder.Path, model);
        AddCopy(parameter, inFile, bytes => bytes);
        using (Checkpoint same = Checkpoint.Open(_folder.Path))
        {
            using torch.nn.Module loaded = Load(same);
            AssertSame(model, loaded);
        }

        // The last value's sign.
        AddCopy(parameter, inFile, bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 0x80)]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        var refused = Assert.Throws<CheckpointFormatException>(() => Load(checkpoint));
        Assert.Equal((inFile, "tie_word_embeddings"), (refused.Tensor, refused.Field));
        Assert.Contains(parameter, refused.Reason, StringComparison.Ordinal);

        torch.nn.Module Load(Checkpoint opened) =>
            isDecoder ? CausalLanguageModel.Load(opened) : MaskedLanguageModel.Load(opened);
    }

    /// <summary>PEFT trains a copy of a module that is saved whole, and leaves the head with the base's table.</summary>
    [Fact]
    public void Embeddings_trained_apart_from_their_head_are_refused()
    {
        const string Embeddings = "base_model.model.model.embed_tokens.weight", Head = "base_model.model.lm_head.weight";
        const string Query = "model.layers.0.self_attn.q_proj";
        var layout = new PeftLayout(Query)
        {
            Config =
            {
                ["task_type"] = "\"CAUSAL_LM\"",
                ["target_modules"] = $"[\"{Query}\"]",
                ["modules_to_save"] = """["embed_tokens"]""",
            },
        };
        layout.Tensors.Remove("base_model.model.classifier.weight");
        layout.Tensors.Remove("base_model.model.classifier.bias");
        layout.Set(Embeddings, 30, 16);
        layout.Write(_folder.Path);
        AssertRead("plain");
        AssertRefused(Embeddings);
        // Both were trained as one, and there may be two copies of it.
        layout.Config["ensure_weight_tying"] = "true";
        layout.Write(_folder.Path);
        AssertRead("tied");
        layout.Tensors[Head] = layout.Tensors[Embeddings];
        layout.Write(_folder.Path);
        AssertRead("tied");
        // The other one alone, or another.
        layout.Set(Head, 30, 16);
        AssertRefused(Head);
        layout.Config["modules_to_save"] = """["lm_head"]""";
        layout.Tensors.Remove(Embeddings);
        AssertRefused(Head);

        void AssertRefused(string tensor)
        {
            layout.Write(_folder.Path);
            using CausalLanguageModel tied = SmallDecoder.Model(SmallDecoder.Config("tied"));
            var refused = Assert.Throws<CheckpointFormatException>(() => LoraAdapters.Load(tied, _folder.Path));
            Assert.Equal((tensor, "modules_to_save"), (refused.Tensor, refused.Field));
            Assert.Contains("trained apart", refused.Reason, StringComparison.Ordinal);
        }

        void AssertRead(string variant)
        {
            using CausalLanguageModel model = SmallDecoder.Model(SmallDecoder.Config(variant));
            using LoraAdapters adapters = LoraAdapters.Load(model, _folder.Path);
            Assert.Equal(layout.Tensors[Embeddings].Values, LoraSample.Values(model.Decoder.WordEmbeddings));
            Assert.Single(adapters.ByModule);
        }
    }

    /// <summary>Writes a tensor a second time, under another name and with these bytes.</summary>
    private void AddCopy(string of, string name, Func<byte[], byte[]> change)
    {
        string path = _folder.File("model.safetensors");
        (string Name, TensorDataType Type, IReadOnlyList<long> Shape, byte[] Bytes)[] tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
            tensors = [.. file.Tensors.Select(t => (t.Name, t.DataType, t.Shape, t.Bytes(0, (int)t.ByteLength).ToArray()))];
        (_, TensorDataType type, IReadOnlyList<long> shape, byte[] bytes) = tensors.Single(tensor => tensor.Name == of);
        SafetensorsWriter.Write(
            path,
            [
                .. tensors.Where(t => t.Name != name).Select(t => TensorSource.FromBytes(t.Name, t.Type, t.Shape, t.Bytes)),
                TensorSource.FromBytes(name, type, shape, change(bytes)),
            ]);
    }

    private void Rename(string from, string to, Dictionary<string, string>? metadata = null)
    {
        string path = _folder.File("model.safetensors");
        (string Name, TensorDataType Type, IReadOnlyList<long> Shape, byte[] Bytes)[] tensors;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            Assert.Contains(file.Tensors, tensor => tensor.Name == from);
            tensors =
                [.. file.Tensors.Select(t => (t.Name == from ? to : t.Name, t.DataType, t.Shape, t.Bytes(0, (int)t.ByteLength).ToArray()))];
        }

        SafetensorsWriter.Write(path, tensors.Select(t => TensorSource.FromBytes(t.Name, t.Type, t.Shape, t.Bytes)), metadata);
    }

    private static void AssertSame(torch.nn.Module expected, torch.nn.Module actual)
    {
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in expected.named_parameters())
            Assert.Equal(parameter.data<float>().ToArray(), actual.get_parameter(name)!.data<float>().ToArray());
    }
}
