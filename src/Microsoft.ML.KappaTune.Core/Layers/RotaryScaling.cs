using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>How rotary embeddings are stretched, so that a model can read longer texts than it was first trained on.</summary>
/// <param name="Factor">How many times longer.</param>
internal abstract record RotaryScaling(double Factor)
{
    /// <summary>The frequency, in radians a token, to turn by instead of one that isn't stretched.</summary>
    public abstract double Apply(double frequency);

    /// <summary>The object for a <c>config.json</c>.</summary>
    public abstract JsonObject ToJson();

    /// <exception cref="CheckpointFormatException">It is of a kind that isn't supported, or a field is wrong.</exception>
    public static RotaryScaling? Read(ConfigFields fields)
    {
        // Old files have the second.
        string kind = fields.Has("rope_type") || !fields.Has("type") ? "rope_type" : "type";
        return fields.Text(kind, fields.Has("factor") ? null : "default") switch
        {
            null => throw fields.Fault(kind, "it is missing", JsonFile.Remedy),
            "default" => null,
            LinearScaling.Kind => new LinearScaling(fields.Positive("factor")),
            Llama3Scaling.Kind => Llama3Scaling.Read(fields),
            var other => throw fields.Fault(
                kind, $"rotary embeddings of the kind \"{CheckpointFormatException.Printable(other)}\" aren't supported",
                $"Use a model whose kind is default, {LinearScaling.Kind} or {Llama3Scaling.Kind}."),
        };
    }

    /// <summary>All alike: positions are closer together (Chen et al., arXiv:2306.15595).</summary>
    public sealed record LinearScaling(double Factor) : RotaryScaling(Factor)
    {
        public const string Kind = "linear";

        public override double Apply(double frequency) => frequency / Factor;

        public override JsonObject ToJson() => new() { ["rope_type"] = Kind, ["factor"] = Factor };
    }

    /// <summary>
    /// Long waves are stretched, short ones, which tell neighbours apart, aren't, and those between in part: Llama 3.1's way.
    /// </summary>
    /// <param name="LowFactor">A wave is long that fits fewer times into the first training's texts.</param>
    /// <param name="HighFactor">A wave is short that fits more often.</param>
    /// <param name="TrainedTokens">The length of the first training's texts.</param>
    public sealed record Llama3Scaling(double Factor, double LowFactor, double HighFactor, int TrainedTokens) : RotaryScaling(Factor)
    {
        public const string Kind = "llama3";

        public static new Llama3Scaling Read(ConfigFields fields)
        {
            var scaling = new Llama3Scaling(
                fields.Positive("factor"), fields.Positive("low_freq_factor"), fields.Positive("high_freq_factor"),
                fields.Count("original_max_position_embeddings"));
            return scaling.HighFactor > scaling.LowFactor ? scaling : throw fields.Fault(
                "high_freq_factor", "it isn't greater than low_freq_factor", JsonFile.Remedy);
        }

        public override double Apply(double frequency)
        {
            double waves = TrainedTokens * frequency / (2 * Math.PI);
            double kept = Math.Clamp((waves - LowFactor) / (HighFactor - LowFactor), 0, 1);
            return kept * frequency + (1 - kept) * frequency / Factor;
        }

        public override JsonObject ToJson() => new()
        {
            ["rope_type"] = Kind,
            ["factor"] = Factor,
            ["low_freq_factor"] = LowFactor,
            ["high_freq_factor"] = HighFactor,
            ["original_max_position_embeddings"] = TrainedTokens,
        };
    }
}
