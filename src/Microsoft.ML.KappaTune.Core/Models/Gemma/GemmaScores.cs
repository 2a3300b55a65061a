using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>The fields of scores, caps and windows that Gemma 2 and 3 have.</summary>
internal static class GemmaScores
{
    private const string Divisor = "query_pre_attn_scalar", OfScores = "attn_logit_softcapping", OfLogits = "final_logit_softcapping",
        SlidingWindow = "sliding_window";

    public static readonly string[] Fields = [Divisor, OfScores, OfLogits, SlidingWindow];

    public static DecoderConfig Read(ConfigFields fields, DecoderConfig config, double? scoreCap, double? logitCap) => config with
    {
        ScoreDivisor = fields.Positive(Divisor, 256),
        ScoreCap = Cap(fields, OfScores, scoreCap),
        LogitCap = Cap(fields, OfLogits, logitCap),
    };

    public static int? Window(ConfigFields fields) => fields.IsNull(SlidingWindow) ? null : fields.Count(SlidingWindow, 4096);

    public static void Write(DecoderConfig config, JsonObject root)
    {
        root["attention_bias"] = config.AttentionBias;
        root[Divisor] = config.ScoreDivisor ?? config.HeadSize;
        root[OfScores] = config.ScoreCap;
        root[OfLogits] = config.LogitCap;
        root[SlidingWindow] = config.SlidingWindow;
    }

    private static double? Cap(ConfigFields fields, string name, double? byDefault) =>
        fields.Has(name) ? fields.Positive(name) : fields.IsNull(name) ? null : byDefault;
}
