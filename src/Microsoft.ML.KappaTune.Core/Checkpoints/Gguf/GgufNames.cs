using System.Globalization;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>How transformers names the tensors of an architecture, and what a writer of GGUF files changes of them.</summary>
internal sealed record GgufNames
{
    /// <summary>What the names of a layer's tensors begin with.</summary>
    public const string Layer = "blk.";

    /// <summary>What stands for an expert's number.</summary>
    public const string Expert = "{e}";

    private static readonly Dictionary<string, string> UsualTop = new()
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
    };

    private static readonly Dictionary<string, string> UsualLayer = new()
    {
        ["attn_norm"] = "input_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_qkv"] = "self_attn.qkv_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
        ["ffn_gate_inp"] = "mlp.gate",
        ["ffn_gate_exps"] = $"mlp.experts.{Expert}.gate_proj",
        ["ffn_up_exps"] = $"mlp.experts.{Expert}.up_proj",
        ["ffn_down_exps"] = $"mlp.experts.{Expert}.down_proj",
        ["ffn_gate_inp_shexp"] = "mlp.shared_expert_gate",
        ["ffn_gate_shexp"] = "mlp.shared_expert.gate_proj",
        ["ffn_up_shexp"] = "mlp.shared_expert.up_proj",
        ["ffn_down_shexp"] = "mlp.shared_expert.down_proj",
        ["attn_q_a"] = "self_attn.q_a_proj",
        ["attn_q_a_norm"] = "self_attn.q_a_layernorm",
        ["attn_q_b"] = "self_attn.q_b_proj",
        ["attn_kv_a_mqa"] = "self_attn.kv_a_proj_with_mqa",
        ["attn_kv_a_norm"] = "self_attn.kv_a_layernorm",
        ["attn_kv_b"] = "self_attn.kv_b_proj",
    };

    /// <summary>Those of Llama, and of what isn't known better.</summary>
    public static GgufNames Usual { get; } = new();

    public static GgufNames Llama { get; } = new() { Rotated = ["attn_q", "attn_k"] };

    public static GgufNames Mixtral { get; } = Llama.With(
        ("ffn_gate_inp", "block_sparse_moe.gate"),
        ("ffn_gate_exps", $"block_sparse_moe.experts.{Expert}.w1"),
        ("ffn_up_exps", $"block_sparse_moe.experts.{Expert}.w3"),
        ("ffn_down_exps", $"block_sparse_moe.experts.{Expert}.w2"));

    public static GgufNames Phi3 { get; } = Usual.With(("ffn_up", "mlp.gate_up_proj"));

    public static GgufNames Gemma { get; } = Usual with { NormsPlusOne = true };

    /// <summary>Gemma 2 and 3: norms before and after each half of a layer.</summary>
    public static GgufNames Gemma2 { get; } = Gemma.With(
        ("post_attention_norm", "post_attention_layernorm"),
        ("ffn_norm", "pre_feedforward_layernorm"),
        ("post_ffw_norm", "post_feedforward_layernorm"));

    public static GgufNames DeepSeek { get; } = Usual.With(
        ("ffn_gate_shexp", "mlp.shared_experts.gate_proj"),
        ("ffn_up_shexp", "mlp.shared_experts.up_proj"),
        ("ffn_down_shexp", "mlp.shared_experts.down_proj"));

    public static GgufNames Gpt2 { get; } = new()
    {
        Top = new()
        {
            ["token_embd"] = "transformer.wte",
            ["position_embd"] = "transformer.wpe",
            ["output_norm"] = "transformer.ln_f",
            ["output"] = "lm_head",
        },
        OfLayer = new()
        {
            ["attn_norm"] = "ln_1",
            ["attn_qkv"] = "attn.c_attn",
            ["attn_output"] = "attn.c_proj",
            ["ffn_norm"] = "ln_2",
            ["ffn_up"] = "mlp.c_fc",
            ["ffn_down"] = "mlp.c_proj",
        },
        Layers = "transformer.h",
        TransposesLinear = true,
    };

    /// <summary>What lies outside of the layers.</summary>
    public Dictionary<string, string> Top { get; private init; } = UsualTop;

    public Dictionary<string, string> OfLayer { get; private init; } = UsualLayer;

    /// <summary>Below this path and a number are the modules of a layer.</summary>
    public string Layers { get; private init; } = "model.layers";

    /// <summary>Modules of a layer whose rows are in the order of <see cref="GgufLayout.HeadRows"/>.</summary>
    public string[] Rotated { get; private init; } = [];

    public bool NormsPlusOne { get; private init; }

    /// <summary>Whether the matrices of the layers' linear modules are [inputs, outputs] in transformers.</summary>
    public bool TransposesLinear { get; private init; }

    /// <summary>The name in transformers; of what isn't known, the file's own, in a layer below that layer's path.</summary>
    public string NameOf(string stored)
    {
        (string? layer, string module, string end) = Split(stored);
        return layer is null
            ? (Top.TryGetValue(module, out string? top) ? top : module) + end
            : $"{Layers}.{layer}.{OfLayerNamed(module)}{end}";
    }

    /// <summary>The name in a GGUF file, and an expert's number where that tensor has all experts; null for one that isn't known.</summary>
    public (string Name, int? Expert)? StoredName(string name)
    {
        int dot = name.LastIndexOf('.');
        string module = name[..Math.Max(0, dot)], end = name[Math.Max(0, dot)..];
        if (Top.FirstOrDefault(pair => pair.Value == module).Key is { } top)
            return (top + end, null);
        if (!module.StartsWith($"{Layers}.", StringComparison.Ordinal)
            || module[(Layers.Length + 1)..].Split('.', 2) is not [var layer, var rest])
            return null;
        if (OfLayer.FirstOrDefault(pair => pair.Value == rest).Key is { } known)
            return ($"{Layer}{layer}.{known}{end}", null);
        string[] parts = rest.Split('.');
        int at = Array.IndexOf(parts, "experts") + 1;
        if (at == 0 || at >= parts.Length || !int.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out int expert))
            return null;
        parts[at] = Expert;
        string joined = string.Join('.', parts);
        return OfLayer.FirstOrDefault(pair => pair.Value == joined).Key is { } stack ? ($"{Layer}{layer}.{stack}{end}", expert) : null;
    }

    /// <summary>What was changed of the tensor of a name.</summary>
    public GgufLayout LayoutOf(string stored, int rank)
    {
        (string? layer, string module, string end) = Split(stored);
        return layer is not null && Rotated.Contains(module) ? GgufLayout.HeadRows
            : layer is not null && TransposesLinear && rank == 2 && OfLayer.ContainsKey(module) ? GgufLayout.Transposed
            : NormsPlusOne && module.EndsWith("norm", StringComparison.Ordinal) && end == ".weight" ? GgufLayout.PlusOne
            : GgufLayout.Same;
    }

    /// <summary>Whether a tensor's rows are those of heads of keys, not of queries.</summary>
    public static bool IsOfKeys(string stored) => Split(stored).Module == "attn_k";

    /// <summary>The layer's number, the module in it, and <c>.weight</c> or <c>.bias</c>.</summary>
    public static (string? Layer, string Module, string End) Split(string stored)
    {
        int dot = stored.LastIndexOf('.');
        string end = dot < 0 ? "" : stored[dot..], path = dot < 0 ? stored : stored[..dot];
        if (!path.StartsWith(Layer, StringComparison.Ordinal) || path.Split('.', 3) is not [_, var layer, var module])
            return (null, path, end);
        return (layer, module, end);
    }

    /// <summary>Old files have each expert by itself, with its number behind the module.</summary>
    private string OfLayerNamed(string module)
    {
        if (OfLayer.TryGetValue(module, out string? known))
            return known;
        return module.Split('.') is [var kind, var expert] && OfLayer.TryGetValue($"{kind}_exps", out string? experts)
            ? experts.Replace(Expert, expert, StringComparison.Ordinal)
            : module;
    }

    private GgufNames With(params ReadOnlySpan<(string Stored, string Name)> others)
    {
        var modules = new Dictionary<string, string>(OfLayer);
        foreach ((string stored, string name) in others)
            modules[stored] = name;
        return this with { OfLayer = modules };
    }
}
