using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>The configuration.</summary>
internal abstract partial class LlamaLayout
{
    /// <summary>Biases, which count in those families that honour their fields.</summary>
    protected const string AttentionBias = "attention_bias", MlpBias = "mlp_bias";

    /// <summary>What every family of the layout reads.</summary>
    protected static readonly string[] Shared =
    [
        "model_type", "architectures", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
        "head_dim", "intermediate_size", "max_position_embeddings", "rope_theta", "rope_scaling", "rope_parameters",
        "partial_rotary_factor", "original_max_position_embeddings", "hidden_act", "attention_dropout", "rms_norm_eps",
        "initializer_range", "tie_word_embeddings", "pad_token_id", "bos_token_id", "eos_token_id", "tokenizer_class",
    ];

    /// <summary>What changes nothing in any of them.</summary>
    protected static readonly string[] HarmlessInAll = [.. ModelConfigFields.Common, "id2label", "label2id", "problem_type"];

    /// <summary>What none of them can do.</summary>
    protected static readonly RefusedField[] RefusedInAll = ModelConfigFields.CommonRefused;

    /// <summary>What a configuration means that doesn't say it.</summary>
    protected abstract LlamaDefaults Defaults { get; }

    /// <summary>The field of the feed-forward network's function.</summary>
    protected virtual string ActivationField => "hidden_act";

    public override void Write(DecoderConfig config, JsonObject root)
    {
        root["hidden_size"] = config.HiddenSize;
        root["intermediate_size"] = config.IntermediateSize;
        root["num_hidden_layers"] = config.LayerCount;
        root["num_attention_heads"] = config.HeadCount;
        root["num_key_value_heads"] = config.KeyValueHeadCount;
        root["head_dim"] = config.HeadSize;
        root[ActivationField] = config.Activation;
        WriteRotary(config, root);
        root["rms_norm_eps"] = config.NormEps;
        root["attention_dropout"] = config.AttentionDropout;
        root["initializer_range"] = config.InitializerRange;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
        config.WriteTokens(root);
        if (Honours(AttentionBias))
            root[AttentionBias] = config.AttentionBias;
        if (Honours(MlpBias))
            root[MlpBias] = config.MlpBias;
        WriteOwn(config, root);
    }

    /// <summary>The fields that not every family of the layout has.</summary>
    protected virtual void WriteOwn(DecoderConfig config, JsonObject root)
    {
    }

    /// <summary>What the family reads besides.</summary>
    protected virtual DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) => shared;

    protected sealed override DecoderConfig ReadFields(ConfigFields fields)
    {
        int size = fields.Count("vocab_size", Defaults.VocabularySize), hidden = fields.Count("hidden_size", Defaults.HiddenSize),
            heads = fields.Count("num_attention_heads", Defaults.HeadCount);
        bool attentionBias = Honours(AttentionBias) && fields.Flag(AttentionBias, false);
        var config = new DecoderConfig
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = hidden,
            LayerCount = fields.Count("num_hidden_layers", Defaults.LayerCount, ConfigFields.MaximumLayers),
            HeadCount = heads,
            KeyValueHeadCount = fields.Count("num_key_value_heads", KeyValueHeads(fields, heads)),
            HeadSize = fields.Count("head_dim", Defaults.HeadSize ?? Math.Max(1, hidden / heads)),
            IntermediateSize = fields.Count("intermediate_size", Defaults.IntermediateSize),
            MaxTokens = fields.Count("max_position_embeddings", Defaults.MaxTokens),
            AttentionBias = attentionBias,
            OutputBias = attentionBias,
            MlpBias = Honours(MlpBias) && fields.Flag(MlpBias, false),
            Activation = ReadActivation(fields),
            AttentionDropout = fields.Probability("attention_dropout", 0),
            NormEps = fields.Positive("rms_norm_eps", Defaults.NormEps),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", Defaults.TiesWordEmbeddings),
            // A default is of a vocabulary that may be larger than this one.
            PadTokenId = fields.Token("pad_token_id", Within(Defaults.PadTokenId, size), size),
            BeginTokenId = fields.Token("bos_token_id", Within(Defaults.BeginTokenId, size), size),
            EndTokenIds = fields.Tokens("eos_token_id", Within(Defaults.EndTokenId, size) is { } end ? [end] : [], size),
        };
        CheckHeads(fields, config);
        return ReadOwn(fields, WithRotary(fields, config));
    }

    protected virtual string ReadActivation(ConfigFields fields) => Activation.Read(fields, ActivationField, Defaults.Activation);

    private bool Honours(string field) => Fields.Honoured.Contains(field);

    /// <summary>A configuration that says null means as many as heads of queries, whatever the default.</summary>
    private int KeyValueHeads(ConfigFields fields, int heads) =>
        fields.IsNull("num_key_value_heads") ? heads : Defaults.KeyValueHeadCount ?? heads;

    private static int? Within(int? token, int size) => token < size ? token : null;

    private void CheckHeads(ConfigFields fields, DecoderConfig config)
    {
        if (config.HeadCount % config.KeyValueHeadCount != 0)
        {
            throw fields.Fault(
                "num_key_value_heads", $"num_attention_heads is {config.HeadCount}, which isn't a multiple of {config.KeyValueHeadCount}",
                JsonFile.Remedy);
        }

        bool isGiven = fields.Has("head_dim") || Defaults.HeadSize is not null;
        if (!isGiven && config.HiddenSize % config.HeadCount != 0)
        {
            throw fields.Fault(
                "num_attention_heads", $"hidden_size is {config.HiddenSize}, which isn't a multiple of {config.HeadCount}",
                JsonFile.Remedy);
        }

        if (config.HeadSize % 2 != 0)
        {
            throw fields.Fault(
                isGiven ? "head_dim" : "num_attention_heads",
                $"a head's size is {config.HeadSize}, but rotary embeddings turn pairs of values", JsonFile.Remedy);
        }
    }
}
