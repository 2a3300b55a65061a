using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Those that depend on the length of the text: each text's own, whatever is beside it in a batch or a row.</summary>
internal abstract partial record RotaryScaling
{
    /// <summary>
    /// The base grows with the text, from the length that was trained on, and shorter texts are read as they were ("dynamic NTK").
    /// </summary>
    /// <param name="TrainedTokens">The length of the first training's texts.</param>
    public sealed record DynamicScaling(double Factor, int TrainedTokens) : RotaryScaling(Factor)
    {
        public const string Kind = "dynamic";

        public override bool DependsOnLength => true;

        public override long ClassOf(long length) => length > TrainedTokens ? length : 0;

        public override bool IsOfOneLength(long lengthClass) => lengthClass > 0;

        public override int LongestText(int positions) => (int)Math.Clamp(TrainedTokens * Factor, positions, int.MaxValue);

        public override int Positions(int longestText) => TrainedTokens;

        public override double[] Frequencies(int size, double rotaryBase, long lengthClass)
        {
            // A head of one pair has one wave, of one token a radian, whatever the base.
            if (lengthClass == 0 || size == 2)
                return Unscaled(size, rotaryBase);
            double stretch = Factor * lengthClass / TrainedTokens - (Factor - 1);
            return Unscaled(size, rotaryBase * Math.Pow(stretch, size / (size - 2.0)));
        }

        public override JsonObject ToJson() => new() { ["rope_type"] = Kind, ["factor"] = Factor };
    }

    /// <summary>
    /// Each pair's wave is stretched by a number of its own: one for texts as long as the first training's, another for longer ones (Ding
    /// et al., arXiv:2402.13753).
    /// </summary>
    /// <param name="TrainedTokens">The length of the first training's texts.</param>
    /// <param name="AttentionFactor">
    /// What queries and keys are multiplied by, in texts of all lengths; null for what follows from the others.
    /// </param>
    public sealed record LongRopeScaling(double Factor, int TrainedTokens, double? AttentionFactor) : RotaryScaling(Factor)
    {
        public const string Kind = "longrope";

        /// <summary>Its first name.</summary>
        public const string OldKind = "su";

        /// <summary>Of each pair, for short texts.</summary>
        public required IReadOnlyList<double> ShortFactors { get; init; }

        /// <summary>Of each pair, for long texts.</summary>
        public required IReadOnlyList<double> LongFactors { get; init; }

        public override double Magnitude => AttentionFactor
            ?? (Factor <= 1 || TrainedTokens == 1 ? 1 : Math.Sqrt(1 + Math.Log(Factor) / Math.Log(TrainedTokens)));

        public override bool DependsOnLength => true;

        public override long ClassOf(long length) => length > TrainedTokens ? 1 : 0;

        public override double[] Frequencies(int size, double rotaryBase, long lengthClass)
        {
            IReadOnlyList<double> factors = lengthClass == 0 ? ShortFactors : LongFactors;
            return [.. Unscaled(size, rotaryBase).Select((frequency, pair) => frequency / factors[pair])];
        }

        public bool Equals(LongRopeScaling? other) =>
            base.Equals(other) && (TrainedTokens, AttentionFactor) == (other.TrainedTokens, other.AttentionFactor)
            && ShortFactors.SequenceEqual(other.ShortFactors) && LongFactors.SequenceEqual(other.LongFactors);

        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), TrainedTokens, AttentionFactor);

        /// <remarks>Earlier versions of transformers take exactly these three fields, and the lengths from beside the object.</remarks>
        public override JsonObject ToJson()
        {
            var json = new JsonObject { ["type"] = Kind, ["short_factor"] = List(ShortFactors), ["long_factor"] = List(LongFactors) };
            if (AttentionFactor is not null)
                json["attention_factor"] = AttentionFactor;
            return json;
        }

        private static JsonArray List(IEnumerable<double> factors) => new([.. factors.Select(factor => JsonValue.Create(factor))]);
    }
}
