using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class GgufModelWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Models => Golden.Files("gguf", "model.gguf");

    /// <summary>Every byte of every tensor, of files with values in 16 bits or in codes of 8.</summary>
    [Theory, MemberData(nameof(Models))]
    public void A_model_is_written_as_the_gguf_library_wrote_it(string row)
    {
        string path = Golden.Open(row);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        bool isHalf = path.Contains("-f16", StringComparison.Ordinal);
        if (!DecoderConfig.Describes(checkpoint.Config) || !(isHalf || path.Contains("-q8_0", StringComparison.Ordinal)))
            return;
        string written = Save(checkpoint, isHalf ? GgufType.F16 : GgufType.Q8);
        using GgufFile expected = GgufFile.Open(path), found = GgufFile.Open(written);
        Assert.Equal(expected.Tensors.Select(tensor => tensor.Name).Order(), found.Tensors.Select(tensor => tensor.Name).Order());
        foreach (GgufTensor tensor in expected.Tensors)
        {
            GgufTensor same = found.Find(tensor.Name)!;
            Assert.Equal((tensor.Type.Name, tensor.Name), (same.Type.Name, same.Name));
            Assert.Equal(tensor.Shape, same.Shape);
            Assert.True(
                tensor.View("").Bytes(0, (int)tensor.ByteLength).SequenceEqual(same.View("").Bytes(0, (int)same.ByteLength)), tensor.Name);
        }

        foreach (string key in expected.Metadata.Keys.Where(key => key != "general.name"))
            Assert.Equal(expected.Metadata.Find(key), found.Metadata.Find(key));
    }

    [Theory, MemberData(nameof(Models))]
    public void In_32_bits_a_model_is_read_back_bit_for_bit_with_its_tokenizer(string row)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Open(row));
        if (!DecoderConfig.Describes(checkpoint.Config))
            return;
        using Checkpoint again = Checkpoint.Open(Save(checkpoint, GgufType.F32));
        Assert.Empty(UnknownFields.OfModel(again));
        Assert.Equal(
            DecoderConfig.Read(checkpoint).ToJson(ModelTask.CausalLanguageModeling),
            DecoderConfig.Read(again).ToJson(ModelTask.CausalLanguageModeling));
        Assert.Equal(checkpoint.Weights.Count, again.Weights.Count);
        foreach (LogicalTensor weight in checkpoint.Weights)
        {
            float[] values = new float[weight.ElementCount], found = new float[weight.ElementCount];
            weight.Read(0, values);
            again.Weights.Single(other => other.Name == weight.Name).Read(0, found);
            Assert.Equal(values, found);
        }

        TokenizerFiles files = TokenizerFiles.Read(checkpoint), filesAgain = TokenizerFiles.Read(again);
        foreach (string name in files.Content.Keys)
            Assert.Equal(Encoding.UTF8.GetString(files.Content[name]), Encoding.UTF8.GetString(filesAgain.Content[name]));
    }

    [Fact]
    public void SentencePieces_and_stretched_rotary_embeddings_are_read_back()
    {
        GgufSample sample = GgufSample.SentencePieces();
        sample.Metadata["tokenizer.chat_template"] = "usual";
        sample.Metadata["tokenizer.chat_templates"] = new[] { "tools" };
        sample.Metadata["tokenizer.chat_template.tools"] = "other";
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        DecoderConfig config = DecoderConfig.Read(checkpoint) with
        {
            RotaryBase = 1e9,
            RotaryScaling = new RotaryScaling.Llama3Scaling(32, 1, 4, 8192),
        };
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        string path = _folder.File("again.gguf");
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint, config))
            GgufModelWriter.Save(path, model, files, GgufType.Q8);
        using Checkpoint again = Checkpoint.Open(path);
        Assert.Equal(config, DecoderConfig.Read(again) with { EndTokenIds = config.EndTokenIds });
        TokenizerFiles filesAgain = TokenizerFiles.Read(again);
        HuggingFaceTokenizer first = HuggingFaceTokenizer.Create(files), second = HuggingFaceTokenizer.Create(filesAgain);
        foreach (string text in (string[])["abc", "ab cab é", "</s>a b", ""])
            Assert.Equal(first.Encode(text).Ids, second.Encode(text).Ids);
        Assert.Equal(files.Content["tokenizer_config.json"], filesAgain.Content["tokenizer_config.json"]);
    }

    [Fact]
    public void Phis_factors_for_short_and_long_texts_are_read_back_and_no_other_family_has_them()
    {
        using Checkpoint checkpoint = Checkpoint.Open(new GgufSample().Write(_folder));
        DecoderConfig llama = DecoderConfig.Read(checkpoint) with
        {
            RotaryScaling = new RotaryScaling.LongRopeScaling(4, 16, null) { ShortFactors = [1, 1.25], LongFactors = [1.5, 6.1] },
        };
        DecoderConfig phi = llama with { Family = ModelFamilies.Phi3 };
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        string path = _folder.File("phi.gguf");
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Create(phi, seed: 3), other = CausalLanguageModel.Create(llama, seed: 3);
        GgufModelWriter.Save(path, model, files, GgufType.F32);
        using Checkpoint again = Checkpoint.Open(path);
        var scaling = Assert.IsType<RotaryScaling.LongRopeScaling>(DecoderConfig.Read(again).RotaryScaling);
        Assert.Equal((4.0, 16), (scaling.Factor, scaling.TrainedTokens));
        Assert.Equal([1, 1.25], scaling.ShortFactors);
        Assert.Equal([1.5, 6.1], scaling.LongFactors);
        Assert.Equal(phi.RotaryScaling!.Magnitude, scaling.Magnitude, 1e-6);
        using CausalLanguageModel found = CausalLanguageModel.Load(again);
        model.eval();
        found.eval();
        foreach (int length in (int[])[9, 40])
        {
            Tensor ids = arange(length, dtype: int64).remainder(13).unsqueeze(0);
            Assert.InRange(StoredTensors.Difference(found.Logits(ids), model.Logits(ids)), 0, 1e-5);
        }

        Assert.Contains("longrope", Assert.Throws<NotSupportedException>(
            () => GgufModelWriter.Save(_folder.File("other.gguf"), other, files, GgufType.F32)).Message);
    }

    [Fact]
    public void What_files_take_for_granted_of_a_family_must_be_so()
    {
        using Checkpoint checkpoint = Checkpoint.Open(new GgufSample().Write(_folder));
        DecoderConfig llama = DecoderConfig.Read(checkpoint);
        DecoderConfig gemma = llama with
        {
            Family = ModelFamilies.Gemma3,
            LayerCount = 7,
            Activation = "gelu_pytorch_tanh",
            ScoreDivisor = llama.HeadSize,
            SlidingWindow = 8,
            WindowLayers = [true, true, true, true, true, false, true],
            WindowRotation = new(10000, null),
        };
        Assert.Contains(Metadata("gemma3", gemma), pair => pair.Key == "gemma3.attention.sliding_window");
        Refused("gemma3", "layer_types", gemma with { WindowLayers = [true, false, true, false, true, false, true] });
        Refused("gemma3", "layer_types", gemma with { SlidingWindow = null, WindowLayers = null });
        Refused("gemma3", "query_pre_attn_scalar", gemma with { ScoreDivisor = 5 });
        Refused("gemma3", "rope_local_base_freq", gemma with { WindowRotation = new(20000, null) });
        Refused("gemma3", "rope_parameters", gemma with { WindowRotation = new(10000, new RotaryScaling.LinearScaling(2)) });
        Refused("gemma3", "final_logit_softcapping", gemma with { LogitCap = 30 });
        DecoderConfig mistral = llama with { Family = ModelFamilies.Mistral, SlidingWindow = llama.MaxTokens };
        Assert.NotEmpty(Metadata("llama", mistral));
        Refused("llama", "sliding_window", mistral with { SlidingWindow = llama.MaxTokens - 1 });
        DecoderConfig gpt = llama with { Family = ModelFamilies.Gpt2, Activation = "gelu_new" };
        Assert.NotEmpty(Metadata("gpt2", gpt));
        Refused("gpt2", "scale_attn_weights", gpt with { ScoreDivisor = 1 });
        Refused("gpt2", "scale_attn_by_inverse_layer_idx", gpt with { DividesScoresByLayer = true });

        static KeyValuePair<string, object>[] Metadata(string architecture, DecoderConfig config) =>
        [
            .. GgufModelMetadata.Of(
                architecture, JsonNode.Parse(config.ToJson(ModelTask.CausalLanguageModeling))!.AsObject(), GgufType.F32),
        ];

        static void Refused(string architecture, string field, DecoderConfig config) => Assert.Contains(
            $"can't say that {field} is ", Assert.Throws<NotSupportedException>(() => Metadata(architecture, config)).Message);
    }

    [Fact]
    public void A_tokenizer_without_a_name_in_GGUF_is_refused()
    {
        using Checkpoint checkpoint = Checkpoint.Open(new GgufSample().Write(_folder));
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        var other = new Dictionary<string, byte[]>(files.Content);
        string json = Encoding.UTF8.GetString(other["tokenizer.json"]);
        other["tokenizer.json"] = Encoding.UTF8.GetBytes(json.Replace("\"use_regex\":true", "\"use_regex\":false"));
        Assert.Equal("pre_tokenizer", Refusal(other).Field);
        other.Remove("tokenizer.json");
        Assert.Contains("missing", Refusal(other).Reason);
        Assert.False(File.Exists(_folder.File("none.gguf")));

        CheckpointFormatException Refusal(Dictionary<string, byte[]> content) => Assert.Throws<CheckpointFormatException>(
            () => GgufModelWriter.Save(_folder.File("none.gguf"), model, new TokenizerFiles("here", content), GgufType.F16));
    }

    [Fact]
    public void Values_that_16_bits_cant_hold_are_refused_and_leave_the_old_file()
    {
        using Checkpoint checkpoint = Checkpoint.Open(new GgufSample().Write(_folder));
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        using (no_grad())
            model.named_parameters().First(named => named.name.EndsWith("up_proj.weight", StringComparison.Ordinal)).parameter.fill_(1e6f);
        string path = _folder.Write("old.gguf", "old");
        NotSupportedException e = Assert.Throws<NotSupportedException>(
            () => GgufModelWriter.Save(path, model, TokenizerFiles.Read(checkpoint), GgufType.F16));
        Assert.Contains("ffn_up", e.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    private string Save(Checkpoint checkpoint, GgufType type)
    {
        string path = _folder.File("written.gguf");
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        GgufModelWriter.Save(path, model, TokenizerFiles.Read(checkpoint), type);
        return path;
    }
}
