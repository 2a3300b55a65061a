using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>How a GGUF file's rotary embeddings are stretched, as a configuration's <c>rope_scaling</c>.</summary>
internal static class GgufRotary
{
    /// <summary>Tensors that hold no weights but how each frequency is stretched.</summary>
    public const string Factors = "rope_freqs.weight", LongFactors = "rope_factors_long.weight", ShortFactors = "rope_factors_short.weight";

    // Llama 3.1 and 3.2 stretch the same waves, by 8 and by 32.
    private const double LowFactor = 1, HighFactor = 4;
    private const int TrainedTokens = 8192;

    public static bool IsFactors(string tensor) => tensor is Factors or LongFactors or ShortFactors;

    /// <summary>Null for not at all.</summary>
    public static JsonObject? Scaling(GgufSizes sizes)
    {
        const string Kind = "rope.scaling.type", Factor = "rope.scaling.factor", Original = "rope.scaling.original_context_length",
            Attention = "rope.scaling.attn_factor", Old = "rope.scale_linear";
        if (sizes.FindValues(Factors) is { } factors)
            return Llama3(sizes, factors);
        if (sizes.FindValues(LongFactors) is { } stretched && sizes.FindValues(ShortFactors) is { } kept)
        {
            var scaling = new JsonObject { ["rope_type"] = "longrope", ["long_factor"] = Array(stretched), ["short_factor"] = Array(kept) };
            if (sizes.FindNumber(Attention) is { } attention)
                scaling["attention_factor"] = attention;
            return scaling;
        }

        string kind = sizes.FindText(Kind) ?? (sizes.FindNumber(Old) is > 1 ? "linear" : "none");
        double? factor = sizes.FindNumber(Factor) ?? sizes.FindNumber(Old);
        if (kind == "none" || factor is 1)
            return null;
        if (kind is not ("linear" or "yarn"))
            throw sizes.Refuse(Kind, $"rotary embeddings of the kind \"{CheckpointFormatException.Printable(kind)}\" aren't supported");
        if (factor is null)
            throw sizes.Refuse(Factor, "it is missing");
        var other = new JsonObject { ["rope_type"] = kind, ["factor"] = factor };
        if (kind == "yarn")
            other["original_max_position_embeddings"] = sizes.Count(Original);
        return other;
    }

    /// <summary>What the factors were made from, which the file doesn't say: they are compared with what would be made of it.</summary>
    private static JsonObject Llama3(GgufSizes sizes, float[] factors)
    {
        const double Tolerance = 1e-3;
        if (factors.Length != sizes.HeadSize / 2)
        {
            throw sizes.Refuse(
                "rope.dimension_count", $"there are {factors.Length} factors in {Factors} of the {sizes.HeadSize / 2} pairs of a head");
        }

        double factor = Math.Round(factors.Max(), 3), theta = sizes.FindNumber("rope.freq_base") ?? 10000;
        for (int i = 0; i < factors.Length; i++)
        {
            double waves = TrainedTokens * Math.Pow(theta, -(double)i / factors.Length) / (2 * Math.PI);
            double kept = Math.Clamp((waves - LowFactor) / (HighFactor - LowFactor), 0, 1);
            double expected = 1 / (kept + (1 - kept) / factor);
            if (!(Math.Abs(factors[i] - expected) <= Tolerance * expected))
            {
                throw sizes.Refuse(
                    "rope.scaling.type", $"the factors in {Factors} aren't those of Llama 3.1, the only ones of one length that are known");
            }
        }

        return new()
        {
            ["rope_type"] = "llama3",
            ["factor"] = factor,
            ["low_freq_factor"] = LowFactor,
            ["high_freq_factor"] = HighFactor,
            ["original_max_position_embeddings"] = TrainedTokens,
        };
    }

    private static JsonArray Array(float[] values) => [.. values.Select(value => JsonValue.Create(value))];
}
