using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models.Gpt2;

/// <summary>The configuration.</summary>
internal sealed partial class Gpt2Family
{
    private const string Scales = "scale_attn_weights", ScalesByLayer = "scale_attn_by_inverse_layer_idx";

    public override FieldTable Fields { get; } = new()
    {
        Honoured =
        [
            "model_type", "architectures", "vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner", "activation_function",
            "resid_pdrop", "embd_pdrop", "attn_pdrop", "layer_norm_epsilon", "initializer_range", Scales, ScalesByLayer,
            "tie_word_embeddings", "pad_token_id", "bos_token_id", "eos_token_id", "tokenizer_class",
        ],
        Harmless =
        [
            .. ModelConfigFields.Common, "id2label", "label2id", "problem_type",
            // The number of positions once more.
            "n_ctx",
            // Of a head that no model here has.
            "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout",
            // In which order and precision scores are scaled.
            "reorder_and_upcast_attn",
        ],
        Refused =
        [
            .. ModelConfigFields.CommonRefused,
            new("add_cross_attention", "attention to another model's states isn't supported", "Use a model without it."),
        ],
    };

    public override void Write(DecoderConfig config, JsonObject root)
    {
        root["n_positions"] = config.MaxTokens;
        root["n_embd"] = config.HiddenSize;
        root["n_layer"] = config.LayerCount;
        root["n_head"] = config.HeadCount;
        root["n_inner"] = config.IntermediateSize;
        root["activation_function"] = config.Activation;
        root["resid_pdrop"] = config.HiddenDropout;
        root["embd_pdrop"] = config.EmbeddingDropout;
        root["attn_pdrop"] = config.AttentionDropout;
        root["layer_norm_epsilon"] = config.NormEps;
        root["initializer_range"] = config.InitializerRange;
        root[Scales] = config.ScoreDivisor is null;
        root[ScalesByLayer] = config.DividesScoresByLayer;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
        config.WriteTokens(root);
    }

    protected override DecoderConfig ReadFields(ConfigFields fields)
    {
        int size = fields.Count("vocab_size", 50257), hidden = fields.Count("n_embd", 768), heads = fields.Count("n_head", 12);
        int? special = 50256 < size ? 50256 : null;
        if (hidden % heads != 0)
            throw fields.Fault("n_head", $"n_embd is {hidden}, which isn't a multiple of {heads}", JsonFile.Remedy);
        return new()
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = hidden,
            LayerCount = fields.Count("n_layer", 12, ConfigFields.MaximumLayers),
            HeadCount = heads,
            KeyValueHeadCount = heads,
            HeadSize = hidden / heads,
            IntermediateSize = fields.Count("n_inner", (int)Math.Min(int.MaxValue, 4L * hidden)),
            MaxTokens = fields.Count("n_positions", 1024),
            AttentionBias = true,
            OutputBias = true,
            MlpBias = true,
            Activation = Activation.Read(fields, "activation_function", "gelu_new"),
            HiddenDropout = fields.Probability("resid_pdrop", 0.1),
            EmbeddingDropout = fields.Probability("embd_pdrop", 0.1),
            AttentionDropout = fields.Probability("attn_pdrop", 0.1),
            NormEps = fields.Positive("layer_norm_epsilon", 1e-5),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            ScoreDivisor = fields.Flag(Scales, true) ? null : 1,
            DividesScoresByLayer = fields.Flag(ScalesByLayer, false),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
            PadTokenId = fields.Token("pad_token_id", null, size),
            BeginTokenId = fields.Token("bos_token_id", special, size),
            EndTokenIds = fields.Tokens("eos_token_id", special is { } end ? [end] : [], size),
        };
    }
}
