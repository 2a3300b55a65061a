using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>How rotary embeddings are stretched, so that a model can read longer texts than it was first trained on.</summary>
/// <param name="Factor">How many times longer.</param>
internal abstract partial record RotaryScaling(double Factor)
{
    /// <summary>What queries and keys are multiplied by as well.</summary>
    public virtual double Magnitude => 1;

    /// <summary>Whether texts of some lengths have frequencies of their own.</summary>
    public virtual bool DependsOnLength => false;

    /// <summary>Texts of one class have the same frequencies; those that are as long as the first training's are of class 0.</summary>
    public virtual long ClassOf(long length) => 0;

    /// <summary>Whether only texts of one length are of this class.</summary>
    public virtual bool IsOfOneLength(long lengthClass) => false;

    /// <summary>The longest text.</summary>
    /// <param name="positions">What the configuration says it is.</param>
    public virtual int LongestText(int positions) => positions;

    /// <summary>What the configuration says that the longest text is.</summary>
    public virtual int Positions(int longestText) => longestText;

    /// <summary>The frequencies, in radians a token, of the pairs of values that are turned, for texts of a class.</summary>
    /// <param name="size">Values of a head that are turned.</param>
    public virtual double[] Frequencies(int size, double rotaryBase, long lengthClass) =>
        Array.ConvertAll(Unscaled(size, rotaryBase), Apply);

    /// <summary>Those that aren't stretched.</summary>
    public static double[] Unscaled(int size, double rotaryBase) =>
        [.. Enumerable.Range(0, size / 2).Select(pair => Math.Pow(rotaryBase, -2.0 * pair / size))];

    /// <summary>The object for a <c>config.json</c>.</summary>
    public abstract JsonObject ToJson();

    /// <summary>The frequency to turn by instead of one that isn't stretched.</summary>
    protected virtual double Apply(double frequency) => frequency;

    /// <summary>All alike: positions are closer together (Chen et al., arXiv:2306.15595).</summary>
    public sealed record LinearScaling(double Factor) : RotaryScaling(Factor)
    {
        public const string Kind = "linear";

        protected override double Apply(double frequency) => frequency / Factor;

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

        protected override double Apply(double frequency)
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

    /// <summary>
    /// Long waves are stretched, short ones aren't, with a ramp over the pairs between, and products of queries and keys are made larger
    /// (Peng et al., arXiv:2309.00071).
    /// </summary>
    /// <param name="TrainedTokens">The length of the first training's texts.</param>
    /// <param name="FastTurns">A wave that turns more often in it isn't stretched.</param>
    /// <param name="SlowTurns">One that turns less often is stretched in full.</param>
    /// <param name="AttentionFactor">What queries and keys are multiplied by; null for what follows from the others.</param>
    /// <param name="Scale">How it grows with the factor; null for as in the paper.</param>
    /// <param name="ScaleInAll">How what is taken out of it again grows: models that have it put it into their scores themselves.</param>
    /// <param name="Truncates">Whether the ramp's ends are whole pairs.</param>
    public sealed record YarnScaling(
        double Factor, int TrainedTokens, double FastTurns, double SlowTurns, double? AttentionFactor, double? Scale, double? ScaleInAll,
        bool Truncates)
        : RotaryScaling(Factor)
    {
        public const string Kind = "yarn";

        public override double Magnitude => AttentionFactor
            ?? (Scale is { } scale && ScaleInAll is { } all ? Grown(Factor, scale) / Grown(Factor, all) : Grown(Factor, 1));

        public override int LongestText(int positions) => (int)Math.Clamp(TrainedTokens * Factor, positions, int.MaxValue);

        public override double[] Frequencies(int size, double rotaryBase, long lengthClass)
        {
            double low = Pair(FastTurns), high = Pair(SlowTurns);
            if (Truncates)
                (low, high) = (Math.Floor(low), Math.Ceiling(high));
            (low, high) = (Math.Max(low, 0), Math.Min(high, size - 1));
            // No division by nothing where both ends are one pair.
            double width = high == low ? 0.001 : high - low;
            double[] frequencies = Unscaled(size, rotaryBase);
            for (int pair = 0; pair < frequencies.Length; pair++)
            {
                double stretched = Math.Clamp((pair - low) / width, 0, 1);
                frequencies[pair] *= stretched / Factor + (1 - stretched);
            }

            return frequencies;

            // The pair, a fraction as a rule, whose wave turns so often in a text of the trained length.
            double Pair(double turns) => size * Math.Log(TrainedTokens / (turns * 2 * Math.PI)) / (2 * Math.Log(rotaryBase));
        }

        /// <summary>0.1 · scale · ln(factor) + 1: what scores need to be sharp in longer texts.</summary>
        public static double Grown(double factor, double scale) => factor <= 1 ? 1 : 0.1 * scale * Math.Log(factor) + 1;

        public override JsonObject ToJson()
        {
            var json = new JsonObject
            {
                ["rope_type"] = Kind,
                ["factor"] = Factor,
                ["original_max_position_embeddings"] = TrainedTokens,
                ["beta_fast"] = FastTurns,
                ["beta_slow"] = SlowTurns,
                ["truncate"] = Truncates,
            };
            foreach ((string name, double? value) in
                new[] { ("attention_factor", AttentionFactor), ("mscale", Scale), ("mscale_all_dim", ScaleInAll) })
            {
                if (value is not null)
                    json[name] = value;
            }

            return json;
        }
    }
}
