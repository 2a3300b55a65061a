using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>
/// What Gemma 2 and 3 share: norms behind attention and feed-forward networks as well, caps of scores and logits, a window in some layers.
/// </summary>
/// <param name="scoreCap">The cap of scores where a configuration doesn't say; null for none.</param>
/// <param name="logitCap">The cap of logits.</param>
internal abstract class CappedGemmaLayout(string modelType, string className, double? scoreCap, double? logitCap)
    : GemmaLayout(modelType, className)
{
    private const string Divisor = "query_pre_attn_scalar", OfScores = "attn_logit_softcapping", OfLogits = "final_logit_softcapping",
        Window = "sliding_window", Types = "layer_types";

    protected static readonly LlamaDefaults Second =
        First with { HiddenSize = 2304, IntermediateSize = 9216, LayerCount = 26, HeadCount = 8, KeyValueHeadCount = 4 };

    protected static readonly string[] HonouredInCapped = [.. HonouredInGemma, Divisor, OfScores, OfLogits, Window, Types];

    protected sealed override IEnumerable<ModelPart> NormParts(DecoderConfig config) =>
    [
        Norm(AttentionNorm, "input_layernorm", config.HiddenSize, config),
        Norm(AttentionOutputNorm, "post_attention_layernorm", config.HiddenSize, config),
        Norm(FeedForwardNorm, "pre_feedforward_layernorm", config.HiddenSize, config),
        Norm(FeedForwardOutputNorm, "post_feedforward_layernorm", config.HiddenSize, config),
    ];

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root[Divisor] = config.ScoreDivisor ?? config.HeadSize;
        root[OfScores] = config.ScoreCap;
        root[OfLogits] = config.LogitCap;
        root[Window] = config.SlidingWindow;
        root[Types] = LayerTypes(config);
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) => WithWindows(
        fields,
        base.ReadOwn(fields, shared) with
        {
            ScoreDivisor = fields.Positive(Divisor, 256),
            ScoreCap = Cap(fields, OfScores, scoreCap),
            LogitCap = Cap(fields, OfLogits, logitCap),
        },
        fields.IsNull(Window) ? null : fields.Count(Window, 4096), WindowRule(fields));

    /// <summary>Whether a layer, counted from 0, has a window where no list says it.</summary>
    protected abstract Func<int, bool> WindowRule(ConfigFields fields);

    private static double? Cap(ConfigFields fields, string name, double? byDefault) =>
        fields.Has(name) ? fields.Positive(name) : fields.IsNull(name) ? null : byDefault;
}
