using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>Llama (Touvron et al., arXiv:2302.13971), and what families of its layout share; they say where they differ.</summary>
internal class LlamaFamily(string modelType = "llama", string className = "Llama") : DecoderFamily(modelType, className)
{
    private static readonly CheckpointNames Untied = new()
    {
        Prefix = "model",
        Embeddings = "embed_tokens.",
        Roots = ["embed_tokens.", "layers.", "norm."],
        Heads = ["lm_head.", "score."],
        Unused = ["score."],
        Buffers = ["rotary_emb.inv_freq"],
    };

    /// <summary>Where the head is the table of word embeddings, a file may have a copy, or that copy alone.</summary>
    private static readonly CheckpointNames Tied = Untied with
    {
        Unused = ["score.", "lm_head."],
        Ties = new Dictionary<string, string> { ["model.embed_tokens.weight"] = "lm_head.weight" },
    };

    /// <summary>What every family of the layout reads.</summary>
    protected static readonly string[] Shared =
    [
        "model_type", "architectures", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "head_dim", "intermediate_size", "max_position_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "hidden_act",
        "attention_dropout", "rms_norm_eps", "initializer_range", "tie_word_embeddings", "pad_token_id", "bos_token_id", "eos_token_id",
        "tokenizer_class",
    ];

    /// <summary>What changes nothing in any of them.</summary>
    protected static readonly string[] HarmlessInAll = [.. ModelConfigFields.Common, "id2label", "label2id", "problem_type"];

    /// <summary>What none of them can do.</summary>
    protected static readonly RefusedField[] RefusedInAll =
    [
        .. ModelConfigFields.CommonRefused,
        new(
            "partial_rotary_factor", "rotary embeddings of a part of each head aren't supported",
            "Use a model that was saved without it.", "1", "1.0"),
    ];

    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, "attention_bias", "mlp_bias"],
        // Slices of the products that a run on several devices would make; their sums are the same.
        Harmless = [.. HarmlessInAll, "pretraining_tp"],
        Refused = RefusedInAll,
    };

    protected override string Layers => "layers";

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    public override void Write(DecoderConfig config, JsonObject root)
    {
        root["hidden_size"] = config.HiddenSize;
        root["intermediate_size"] = config.IntermediateSize;
        root["num_hidden_layers"] = config.LayerCount;
        root["num_attention_heads"] = config.HeadCount;
        root["num_key_value_heads"] = config.KeyValueHeadCount;
        root["head_dim"] = config.HeadSize;
        root["hidden_act"] = config.Activation;
        root["max_position_embeddings"] = config.MaxTokens;
        root["rope_theta"] = config.RotaryBase;
        root["rope_scaling"] = config.RotaryScaling?.ToJson();
        root["rms_norm_eps"] = config.NormEps;
        root["attention_dropout"] = config.AttentionDropout;
        root["initializer_range"] = config.InitializerRange;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
        root["pad_token_id"] = config.PadTokenId;
        root["bos_token_id"] = config.BeginTokenId;
        root["eos_token_id"] = config.EndTokenIds.Count switch
        {
            0 => null,
            1 => JsonValue.Create(config.EndTokenIds[0]),
            _ => new JsonArray([.. config.EndTokenIds.Select(id => JsonValue.Create(id))]),
        };
        WriteOwn(config, root);
    }

    /// <summary>The fields that not every family of the layout has.</summary>
    protected virtual void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["attention_bias"] = config.AttentionBias;
        root["mlp_bias"] = config.MlpBias;
    }

    /// <summary>What a family of the layout reads besides.</summary>
    protected virtual DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool attentionBias = fields.Flag("attention_bias", false);
        return shared with { AttentionBias = attentionBias, OutputBias = attentionBias, MlpBias = fields.Flag("mlp_bias", false) };
    }

    public override IReadOnlyList<ModelPart> CausalHead(DecoderConfig config) => config.TiesWordEmbeddings ? []
        : [new ModelPart.Linear(HeadOutput, "lm_head", config.HiddenSize, config.VocabularySize, HasBias: false)];

    protected sealed override DecoderConfig ReadFields(ConfigFields fields)
    {
        int size = fields.Count("vocab_size", 32000), hidden = fields.Count("hidden_size", 4096),
            heads = fields.Count("num_attention_heads", 32);
        (double rotaryBase, RotaryScaling? scaling) = Rotary(fields);
        var config = new DecoderConfig
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = hidden,
            LayerCount = fields.Count("num_hidden_layers", 32, ConfigFields.MaximumLayers),
            HeadCount = heads,
            KeyValueHeadCount = fields.Count("num_key_value_heads", heads),
            HeadSize = fields.Count("head_dim", Math.Max(1, hidden / heads)),
            IntermediateSize = fields.Count("intermediate_size", 11008),
            MaxTokens = fields.Count("max_position_embeddings", 2048),
            RotaryBase = rotaryBase,
            RotaryScaling = scaling,
            Activation = Activation.Read(fields, "hidden_act", "silu"),
            AttentionDropout = fields.Probability("attention_dropout", 0),
            NormEps = fields.Positive("rms_norm_eps", 1e-6),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", false),
            PadTokenId = fields.Token("pad_token_id", null, size),
            BeginTokenId = fields.Token("bos_token_id", 1, size),
            EndTokenIds = fields.Tokens("eos_token_id", [2], size),
        };
        CheckHeads(fields, config);
        return ReadOwn(fields, config);
    }

    protected override IEnumerable<ModelPart> Below(DecoderConfig config) =>
        [new ModelPart.Embedding(WordEmbeddings, "embed_tokens", config.VocabularySize, config.HiddenSize, config.PadTokenId)];

    protected override IEnumerable<ModelPart> Layer(DecoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        (long queries, long keys) = ((long)config.HeadCount * config.HeadSize, (long)config.KeyValueHeadCount * config.HeadSize);
        yield return new ModelPart.Linear(Query, "self_attn.q_proj", hidden, queries, config.AttentionBias);
        yield return new ModelPart.Linear(Key, "self_attn.k_proj", hidden, keys, config.AttentionBias);
        yield return new ModelPart.Linear(Value, "self_attn.v_proj", hidden, keys, config.AttentionBias);
        yield return new ModelPart.Linear(AttentionOutput, "self_attn.o_proj", queries, hidden, config.OutputBias);
        if (config.NormalisesHeads)
        {
            yield return new ModelPart.RmsNorm(QueryNorm, "self_attn.q_norm", config.HeadSize, config.NormEps);
            yield return new ModelPart.RmsNorm(KeyNorm, "self_attn.k_norm", config.HeadSize, config.NormEps);
        }

        yield return new ModelPart.Linear(Gate, "mlp.gate_proj", hidden, inner, config.MlpBias);
        yield return new ModelPart.Linear(Up, "mlp.up_proj", hidden, inner, config.MlpBias);
        yield return new ModelPart.Linear(Down, "mlp.down_proj", inner, hidden, config.MlpBias);
        yield return new ModelPart.RmsNorm(AttentionNorm, "input_layernorm", hidden, config.NormEps);
        yield return new ModelPart.RmsNorm(FeedForwardNorm, "post_attention_layernorm", hidden, config.NormEps);
    }

    protected override IEnumerable<ModelPart> Above(DecoderConfig config) =>
        [new ModelPart.RmsNorm(LastNorm, "norm", config.HiddenSize, config.NormEps)];

    private static void CheckHeads(ConfigFields fields, DecoderConfig config)
    {
        if (config.HeadCount % config.KeyValueHeadCount != 0)
        {
            throw fields.Fault(
                "num_key_value_heads", $"num_attention_heads is {config.HeadCount}, which isn't a multiple of {config.KeyValueHeadCount}",
                JsonFile.Remedy);
        }

        if (!fields.Has("head_dim") && config.HiddenSize % config.HeadCount != 0)
        {
            throw fields.Fault(
                "num_attention_heads", $"hidden_size is {config.HiddenSize}, which isn't a multiple of {config.HeadCount}",
                JsonFile.Remedy);
        }

        if (config.HeadSize % 2 != 0)
        {
            throw fields.Fault(
                fields.Has("head_dim") ? "head_dim" : "num_attention_heads",
                $"a head's size is {config.HeadSize}, but rotary embeddings turn pairs of values", JsonFile.Remedy);
        }
    }

    /// <summary>Old files have a field for the base and an object for the scaling, new ones an object for both.</summary>
    private static (double Base, RotaryScaling? Scaling) Rotary(ConfigFields fields)
    {
        double rotaryBase = fields.Positive("rope_theta", 10000);
        if (fields.Section("rope_parameters") is { } both)
            return (both.Positive("rope_theta", rotaryBase), RotaryScaling.Read(both));
        return (rotaryBase, fields.Section("rope_scaling") is { } scaling ? RotaryScaling.Read(scaling) : null);
    }
}
