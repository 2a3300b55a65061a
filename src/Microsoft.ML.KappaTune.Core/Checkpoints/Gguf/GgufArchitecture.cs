using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>An architecture of GGUF files, and the family of models that transformers has for it.</summary>
/// <param name="ModelType">The family's name in configurations.</param>
/// <param name="Names">How its tensors are named.</param>
/// <param name="Write">Writes the family's configuration; null where that isn't known.</param>
internal sealed record GgufArchitecture(string ModelType, GgufNames Names, Action<GgufSizes, JsonObject>? Write)
{
    private static readonly Dictionary<string, GgufArchitecture> Known = new()
    {
        ["llama"] = new("llama", GgufNames.Llama, Llama),
        ["mistral"] = new("mistral", GgufNames.Llama, Mistral),
        ["qwen2"] = new("qwen2", GgufNames.Usual, Qwen),
        ["qwen3"] = new("qwen3", GgufNames.Usual, Qwen3),
        ["qwen2moe"] = new("qwen2_moe", GgufNames.Usual, Qwen2Moe),
        ["qwen3moe"] = new("qwen3_moe", GgufNames.Usual, Qwen3Moe),
        ["olmoe"] = new("olmoe", GgufNames.Usual, Olmoe),
        ["phi3"] = new("phi3", GgufNames.Phi3, Phi3),
        ["gemma"] = new("gemma", GgufNames.Gemma, Gemma),
        [GgufGemma.Second] = new("gemma2", GgufNames.Gemma2, Gemma2),
        [GgufGemma.Third] = new("gemma3_text", GgufNames.Gemma2, Gemma3),
        ["gpt2"] = new("gpt2", GgufNames.Gpt2, Gpt2),
        ["deepseek2"] = new("deepseek_v2", GgufNames.DeepSeek, GgufDeepSeek.Write) { IsWritten = false },
    };

    /// <summary>Mixtures in Llama's layout have its name, too.</summary>
    private static readonly GgufArchitecture Mixture = new("mixtral", GgufNames.Mixtral, Mixtral);

    /// <summary>Whether models are written so, too.</summary>
    public bool IsWritten { get; private init; } = true;

    /// <summary>That of a file; of one that isn't known, only what can be told of any.</summary>
    public static GgufArchitecture Of(GgufMetadata metadata)
    {
        const string TypeKey = "general.type", PartsKey = "split.count", ExpertsKey = "expert_count";
        if (metadata.FindText(TypeKey) is { } type and not "model")
            throw metadata.Refuse(TypeKey, $"it holds no model but: {CheckpointFormatException.Printable(type)}", "Name a model's file.");
        if (metadata.FindWhole(PartsKey) is { } parts and > 1)
        {
            throw metadata.Refuse(
                PartsKey, $"it is one of {parts} parts", "Put them together with llama.cpp's llama-gguf-split --merge.");
        }

        string name = metadata.Architecture;
        if (name == "llama" && metadata.FindWhole(metadata.Own(ExpertsKey)) is > 0)
            return Mixture;
        return Known.GetValueOrDefault(name) ?? new(name, GgufNames.Usual, null);
    }

    /// <summary>The architecture that a family's models are written as, and its name; null where it isn't known.</summary>
    public static (string Name, GgufArchitecture Architecture)? ForModelType(string modelType) =>
        // Llama's layout is Llama's whatever the family calls itself, and every program reads it.
        modelType == "mistral" ? ("llama", Known["llama"])
        : modelType == Mixture.ModelType ? ("llama", Mixture)
        : Known.FirstOrDefault(pair => pair.Value.ModelType == modelType && pair.Value.IsWritten) is { Key: { } name } found
            ? (name, found.Value)
            : null;

    private static void Llama(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["attention_bias"] = sizes.HasTensor("blk.0.attn_q.bias");
        root["mlp_bias"] = sizes.HasTensor("blk.0.ffn_gate.bias");
    }

    private static void Mistral(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["sliding_window"] = sizes.FindCount("attention.sliding_window");
    }

    private static void Mixtral(GgufSizes sizes, JsonObject root)
    {
        Mistral(sizes, root);
        root["num_local_experts"] = sizes.Count("expert_count");
        root["num_experts_per_tok"] = sizes.Count("expert_used_count");
    }

    private static void Qwen(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["use_sliding_window"] = false;
    }

    private static void Qwen3(GgufSizes sizes, JsonObject root)
    {
        Qwen(sizes, root);
        root["attention_bias"] = sizes.HasTensor("blk.0.attn_q.bias");
    }

    private static void Qwen2Moe(GgufSizes sizes, JsonObject root)
    {
        Qwen(sizes, root);
        Experts(sizes, root, normalised: false);
        root["shared_expert_intermediate_size"] =
            sizes.FindCount("expert_shared_feed_forward_length") ?? sizes.Rows("blk.0.ffn_gate_shexp.weight", dimension: 0);
    }

    private static void Qwen3Moe(GgufSizes sizes, JsonObject root)
    {
        Qwen3(sizes, root);
        Experts(sizes, root, normalised: true);
    }

    /// <summary>Every layer is a mixture. What files don't say of the router is what every released model of the family does.</summary>
    private static void Experts(GgufSizes sizes, JsonObject root, bool normalised)
    {
        root["num_experts"] = sizes.Count("expert_count");
        root["num_experts_per_tok"] = sizes.Count("expert_used_count");
        root["moe_intermediate_size"] =
            sizes.FindCount("expert_feed_forward_length") ?? sizes.Rows("blk.0.ffn_gate_exps.weight", dimension: 1);
        root["norm_topk_prob"] = normalised;
        root["decoder_sparse_step"] = 1;
        root["mlp_only_layers"] = new JsonArray();
    }

    private static void Olmoe(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["num_experts"] = sizes.Count("expert_count");
        root["num_experts_per_tok"] = sizes.Count("expert_used_count");
        root["norm_topk_prob"] = false;
        root["clip_qkv"] = sizes.FindNumber("attention.clamp_kqv");
    }

    private static void Phi3(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["sliding_window"] = sizes.FindCount("attention.sliding_window");
        root["original_max_position_embeddings"] =
            sizes.FindCount("rope.scaling.original_context_length") ?? root["max_position_embeddings"]!.GetValue<int>();
        if (sizes.PartialRotary is { } part)
            root["partial_rotary_factor"] = part;
    }

    private static void Gemma(GgufSizes sizes, JsonObject root)
    {
        sizes.WriteLlama(root);
        root["hidden_activation"] = "gelu_pytorch_tanh";
        root["attention_bias"] = false;
    }

    private static void Gemma2(GgufSizes sizes, JsonObject root)
    {
        GemmaWindows(sizes, root, GgufGemma.Second);
        root["attn_logit_softcapping"] = sizes.FindNumber("attn_logit_softcapping");
        root["final_logit_softcapping"] = sizes.FindNumber("final_logit_softcapping");
    }

    private static void Gemma3(GgufSizes sizes, JsonObject root)
    {
        GemmaWindows(sizes, root, GgufGemma.Third);
        root["rope_local_base_freq"] = sizes.FindNumber("rope.freq_base_swa") ?? GgufGemma.WindowBase;
        root["sliding_window_pattern"] = GgufGemma.Pattern;
    }

    private static void GemmaWindows(GgufSizes sizes, JsonObject root, string architecture)
    {
        Gemma(sizes, root);
        root["sliding_window"] = sizes.Count("attention.sliding_window");
        root["query_pre_attn_scalar"] =
            GgufGemma.ScoreDivisor(architecture, sizes.LayerCount, sizes.HiddenSize, sizes.HeadCount, sizes.HeadSize);
    }

    private static void Gpt2(GgufSizes sizes, JsonObject root)
    {
        root["n_embd"] = sizes.HiddenSize;
        root["n_layer"] = sizes.LayerCount;
        root["n_head"] = sizes.HeadCount;
        root["n_inner"] = sizes.Count("feed_forward_length");
        root["n_positions"] = sizes.Count("context_length");
        root["layer_norm_epsilon"] = sizes.Number("attention.layer_norm_epsilon");
        root["activation_function"] = "gelu_new";
        // What training drops, a file doesn't say.
        foreach (string dropout in (string[])["resid_pdrop", "embd_pdrop", "attn_pdrop"])
            root[dropout] = 0.0;
        sizes.WriteTokens(root);
    }
}
