using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class GgufModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_with_one_GGUF_file_is_that_file()
    {
        new GgufSample().Write(_folder, "some-q8.gguf");
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
            Assert.NotNull(checkpoint.Find("model.layers.0.self_attn.q_proj.weight"));
        new GgufSample().Write(_folder, "some-f16.gguf");
        Assert.Contains("name one", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Path)).Remedy);
    }

    [Fact]
    public void Rows_of_heads_are_back_in_their_halves()
    {
        using Checkpoint checkpoint = Checkpoint.Open(new GgufSample().Write(_folder));
        LogicalTensor keys = checkpoint.Weights.Single(weight => weight.Name == "model.layers.0.self_attn.k_proj.weight");
        float[] stored = new float[keys.ElementCount], values = new float[keys.ElementCount];
        keys.Parts[0].Read(0, stored);
        keys.Read(0, values);
        // Two heads of four rows: 0 2 1 3 in the first, and so on.
        long[] rows = [0, 2, 1, 3, 4, 6, 5, 7];
        const int Width = GgufSample.Hidden;
        for (int row = 0; row < rows.Length; row++)
            Assert.Equal(stored.AsSpan((int)rows[row] * Width, Width), values.AsSpan(row * Width, Width));
    }

    [Fact]
    public void Sizes_that_are_left_out_are_those_of_the_tensors()
    {
        var sample = new GgufSample();
        sample.Tensors["blk.0.attn_q.weight"] = [2 * GgufSample.Hidden, GgufSample.Hidden];
        sample.Tensors["blk.0.attn_k.weight"] = sample.Tensors["blk.0.attn_v.weight"] = [GgufSample.Hidden, GgufSample.Hidden];
        sample.Tensors["blk.0.attn_output.weight"] = [GgufSample.Hidden, 2 * GgufSample.Hidden];
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        Assert.Equal((8, true, 11, 64), (config.HeadSize, config.TiesWordEmbeddings, config.BeginTokenId, config.MaxTokens));
        Assert.Equal([12], config.EndTokenIds);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        Assert.Equal(
            8, model.named_parameters().First(named => named.name.Contains("q_proj")).parameter.shape[0] / GgufSample.Heads);
    }

    [Fact]
    public void Llama_3s_factors_become_its_scaling_and_others_are_refused()
    {
        // Of a head of four values: waves of 2π tokens, which are kept, and of 2π·√500000, which fit 1.8 times into 8192 tokens.
        double kept = (8192 / (2 * Math.PI * Math.Sqrt(500000)) - 1) / 3;
        var sample = new GgufSample { Factors = [1, (float)(1 / (kept + (1 - kept) / 32))] };
        sample.Metadata["llama.rope.freq_base"] = 500000f;
        Assert.Contains("rope_freqs", Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(sample.Write(_folder))).Reason);

        // Of the base 10⁹, the second wave doesn't fit once: it is stretched by 32, which tells the factor.
        sample = new GgufSample { Factors = [1, 32] };
        sample.Metadata["llama.rope.freq_base"] = 1e9f;
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        string json = DecoderConfig.Read(checkpoint).ToJson(ModelTask.CausalLanguageModeling);
        Assert.Contains("\"llama3\"", json);
        Assert.Contains("\"factor\": 32", json);
        Assert.DoesNotContain(checkpoint.Weights, weight => weight.Name.Contains("rope"));
    }

    public static TheoryData<string, object, string> Wrong() => new()
    {
        { "general.architecture", 7u, "general.architecture" },
        { "general.type", "adapter", "general.type" },
        { "split.count", 2u, "split.count" },
        { "llama.block_count", "many", "llama.block_count" },
        { "llama.attention.head_count", 0u, "llama.attention.head_count" },
        { "llama.attention.head_count", new[] { 4u, 2u }, "llama.attention.head_count" },
        { "llama.attention.head_count_kv", 3u, "dimensions" },
        { "llama.attention.value_length", 8u, "llama.attention.value_length" },
        { "llama.rope.dimension_count", 2u, "llama.rope.dimension_count" },
        { "llama.rope.scaling.type", "wavy", "llama.rope.scaling.type" },
        { "llama.attention.layer_norm_rms_epsilon", float.NaN, "llama.attention.layer_norm_rms_epsilon" },
        { "tokenizer.ggml.eos_token_id", 100u, "tokenizer.ggml.eos_token_id" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_or_unsupported_value_is_refused_by_its_key(string key, object value, string field)
    {
        var sample = new GgufSample();
        sample.Metadata[key] = value;
        if (key.EndsWith("value_length", StringComparison.Ordinal) || key.Contains("rope.scaling"))
            sample.Metadata["llama.attention.key_length"] = 4u;
        string path = sample.Write(_folder);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path));
        Assert.Equal((field, path), (e.Field, e.File));
    }

    [Fact]
    public void An_unknown_architecture_can_be_scanned_but_not_loaded()
    {
        var sample = new GgufSample();
        sample.Metadata["general.architecture"] = "mamba7";
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        ScanReport report = CheckpointScanner.Scan(
            checkpoint, new ScanOptions { CacheDirectory = null }, TestContext.Current.CancellationToken);
        Assert.Equal(0, report.Matrices.Single(matrix => matrix.Name == "model.layers.0.self_attn.q_proj.weight").Layer);
        Assert.Contains("mamba7", Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint)).Reason);
    }

    [Fact]
    public void An_unknown_key_is_warned_of()
    {
        var sample = new GgufSample();
        sample.Metadata["llama.logit_scale"] = 2f;
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        Assert.Contains("llama.logit_scale", Assert.Single(UnknownFields.OfModel(checkpoint)));
    }

    /// <summary>Mutations of a whole file: each loads to the last value and token, or is refused with the one exception.</summary>
    [Fact]
    public void A_mutated_model_loads_or_is_refused()
    {
        string path = new GgufSample().Write(_folder);
        byte[] whole = File.ReadAllBytes(path);
        int header;
        using (GgufFile file = GgufFile.Open(path))
            header = (int)file.Tensors[0].Begin;
        var random = new Random(11);
        int refused = 0, loaded = 0;
        const int Cases = 1500;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = [.. whole];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(header);
                bytes[at] = random.Next(4) == 0 ? (byte)255 : (byte)(bytes[at] ^ 1 << random.Next(8));
            }

            try
            {
                Load(bytes);
                loaded++;
            }
            catch (CheckpointFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, Cases / 10, Cases);
        Assert.InRange(loaded, Cases / 20, Cases);
    }

    private void Load(byte[] bytes)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Write("model.gguf", bytes));
        foreach (LogicalTensor weight in checkpoint.Weights)
            weight.Read(0, new float[weight.ElementCount]);
        HuggingFaceTokenizer.Create(TokenizerFiles.Read(checkpoint)).Encode("ab abc");
        DecoderConfig.Read(checkpoint);
    }
}
