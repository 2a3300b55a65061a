using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>A recorded DeepSeek-V2 as older and newer converters write it: with one matrix of keys and values, and with two.</summary>
public sealed class GgufDeepSeekTests : IDisposable
{
    private const int Heads = 4, Plain = 8, Turned = 4, Value = 8, Rank = 16, Layers = 3, Experts = 4;

    private static readonly Dictionary<string, string> Names = new()
    {
        ["model.embed_tokens"] = "token_embd",
        ["model.norm"] = "output_norm",
        ["lm_head"] = "output",
        ["input_layernorm"] = "attn_norm",
        ["post_attention_layernorm"] = "ffn_norm",
        ["self_attn.q_proj"] = "attn_q",
        ["self_attn.kv_a_proj_with_mqa"] = "attn_kv_a_mqa",
        ["self_attn.kv_a_layernorm"] = "attn_kv_a_norm",
        ["self_attn.kv_b_proj"] = "attn_kv_b",
        ["self_attn.o_proj"] = "attn_output",
        ["mlp.gate_proj"] = "ffn_gate",
        ["mlp.up_proj"] = "ffn_up",
        ["mlp.down_proj"] = "ffn_down",
        ["mlp.gate"] = "ffn_gate_inp",
        ["mlp.shared_experts.gate_proj"] = "ffn_gate_shexp",
        ["mlp.shared_experts.up_proj"] = "ffn_up_shexp",
        ["mlp.shared_experts.down_proj"] = "ffn_down_shexp",
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Logits_are_the_recorded_ones(bool isSplit)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write(isSplit));
        Assert.Empty(UnknownFields.OfModel(checkpoint));
        using SafetensorsFile cases = SafetensorsFile.Open(Folder("cases.safetensors"));
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        Assert.InRange(StoredTensors.Difference(model.Logits(Case("input_ids")), Case("no_mask.logits")), 0, 1e-4);

        Tensor Case(string name) => StoredTensors.Load(cases.Tensors.Single(view => view.Name == name));
    }

    [Fact]
    public void Keys_and_values_that_are_apart_are_one_matrix()
    {
        const string Name = "model.layers.1.self_attn.kv_b_proj.weight";
        using SafetensorsFile stored = SafetensorsFile.Open(Folder("model.safetensors"));
        TensorView right = stored.Tensors.Single(view => view.Name == Name);
        float[] expected = new float[right.ElementCount], values = new float[right.ElementCount];
        right.Read(0, expected);
        using Checkpoint checkpoint = Checkpoint.Open(Write(isSplit: true));
        LogicalTensor found = checkpoint.Weights.Single(weight => weight.Name == Name);
        Assert.Equal(right.Shape, found.Shape);
        // From the middle of a row and of a head as well.
        foreach ((int first, int end) in ((int, int)[])[(0, 101), (101, 300), (300, expected.Length)])
            found.Read(first, values.AsSpan(first, end - first));
        Assert.Equal(expected, values);
        Assert.DoesNotContain(checkpoint.Weights, weight => weight.Name.Contains("_b.", StringComparison.Ordinal));
        Assert.Equal(
            TensorRole.KeyValue,
            TestCheckpoint.Scan(checkpoint.Path, TestCheckpoint.Options()).Matrices.Single(matrix => matrix.Name == Name).Role);
    }

    [Theory]
    [InlineData("expert_gating_func", 2u, "scoring_func")]
    [InlineData("expert_group_count", 8u, "topk_method")]
    [InlineData("expert_weights_norm", true, "norm_topk_prob")]
    public void What_V3_chooses_is_scanned_and_refused_by_whoever_computes(string key, object value, string field)
    {
        string path = Write(isSplit: true, (key, value));
        ScannedMatrix[] scanned = [.. TestCheckpoint.Scan(path, TestCheckpoint.Options()).Matrices
            .Where(matrix => matrix.Name.Contains("_proj", StringComparison.Ordinal))];
        Assert.NotEmpty(scanned);
        Assert.All(scanned, matrix => Assert.NotNull(matrix.Kappa));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(field, Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint)).Field);
    }

    [Fact]
    public void Long_texts_sharpen_scores_by_the_logarithm_that_the_file_has()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write(
            isSplit: false, ("rope.scaling.type", "yarn"), ("rope.scaling.factor", 40f), ("rope.scaling.original_context_length", 16u),
            ("rope.scaling.yarn_log_multiplier", 0.0707f)));
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        Assert.Equal(0.707, config.Latent!.Growth);
        Assert.Equal(1.5896, config.Latent.Sharpness * config.Latent.Sharpness, 1e-4);
        Assert.Empty(UnknownFields.OfModel(checkpoint));
    }

    [Fact]
    public void Parts_that_do_not_fit_each_other_are_no_matrix()
    {
        string path = Write(isSplit: true, valueRank: Rank / 2);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Contains("kv_b_proj", Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint)).Reason);
    }

    private static string Folder(string file) => Golden.Open(Path.Combine("decoders", "deepseek-v2-tiny", file));

    private string Write(bool isSplit, params (string Key, object Value)[] others) => Write(isSplit, Rank, others);

    private string Write(bool isSplit, int valueRank, params (string Key, object Value)[] others)
    {
        var metadata = new Dictionary<string, object> { ["general.architecture"] = "deepseek2" };
        (string, object)[] own =
        [
            ("block_count", (uint)Layers), ("context_length", 64u), ("embedding_length", 32u), ("feed_forward_length", 56u),
            ("attention.head_count", (uint)Heads), ("attention.head_count_kv", isSplit ? 1u : Heads), ("rope.freq_base", 10000f),
            ("attention.layer_norm_rms_epsilon", 1e-5f), ("expert_used_count", 2u), ("leading_dense_block_count", 1u), ("vocab_size", 120u),
            ("attention.kv_lora_rank", (uint)Rank), ("attention.key_length", isSplit ? (uint)(Rank + Turned) : Plain + Turned),
            ("attention.value_length", isSplit ? (uint)Rank : Value), ("expert_feed_forward_length", 24u), ("expert_count", (uint)Experts),
            ("expert_shared_count", 2u), ("expert_weights_scale", 1f), ("rope.dimension_count", (uint)Turned), .. others,
        ];
        if (isSplit)
        {
            // Files that are so new say this as well.
            own =
            [
                ("attention.key_length_mla", (uint)(Plain + Turned)), ("attention.value_length_mla", (uint)Value),
                ("expert_weights_norm", false), ("expert_gating_func", 1u), .. own,
            ];
        }

        foreach ((string key, object value) in own)
            metadata[$"deepseek2.{key}"] = value;
        using SafetensorsFile file = SafetensorsFile.Open(Folder("model.safetensors"));
        string path = _folder.File("model.gguf");
        GgufWriter.Write(path, [.. metadata], [.. Tensors(file, isSplit, valueRank)]);
        return path;
    }

    private static IEnumerable<GgufSource> Tensors(SafetensorsFile file, bool isSplit, int valueRank)
    {
        foreach (TensorView view in file.Tensors.Where(view => !view.Name.Contains(".experts.", StringComparison.Ordinal)))
        {
            string name = view.Name[..^".weight".Length], layer = "";
            if (name.StartsWith("model.layers.", StringComparison.Ordinal))
            {
                string[] parts = name.Split('.', 4);
                (layer, name) = ($"blk.{parts[2]}.", parts[3]);
            }

            float[] values = Values(view);
            if (isSplit && name == "self_attn.kv_b_proj")
            {
                yield return Source($"{layer}attn_k_b.weight", [Heads, Rank, Plain], KeysOf(values));
                yield return Source($"{layer}attn_v_b.weight", [Heads, Value * Rank / valueRank, valueRank], ValuesOf(values));
            }
            else
            {
                yield return Source($"{layer}{Names[name]}.weight", [.. view.Shape], values);
            }
        }

        foreach (int layer in Enumerable.Range(1, Layers - 1))
        {
            foreach (string kind in (string[])["gate", "up", "down"])
            {
                TensorView[] experts = [.. Enumerable.Range(0, Experts).Select(expert => file.Tensors.Single(
                    view => view.Name == $"model.layers.{layer}.mlp.experts.{expert}.{kind}_proj.weight"))];
                yield return Source(
                    $"blk.{layer}.ffn_{kind}_exps.weight", [Experts, .. experts[0].Shape], [.. experts.SelectMany(Values)]);
            }
        }
    }

    /// <summary>Each head's first rows, transposed.</summary>
    private static float[] KeysOf(float[] both) =>
    [
        .. from head in Enumerable.Range(0, Heads)
           from column in Enumerable.Range(0, Rank)
           from row in Enumerable.Range(0, Plain)
           select both[(head * (Plain + Value) + row) * Rank + column],
    ];

    /// <summary>Each head's last rows.</summary>
    private static float[] ValuesOf(float[] both) =>
    [
        .. from head in Enumerable.Range(0, Heads)
           from at in Enumerable.Range(0, Value * Rank)
           select both[(head * (Plain + Value) + Plain) * Rank + at],
    ];

    private static float[] Values(TensorView view)
    {
        float[] values = new float[view.ElementCount];
        view.Read(0, values);
        return values;
    }

    private static GgufSource Source(string name, long[] shape, float[] values) =>
        new(name, GgufType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
}
