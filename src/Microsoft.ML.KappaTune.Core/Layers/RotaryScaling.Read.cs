namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Reading.</summary>
internal abstract partial record RotaryScaling
{
    /// <summary>The kinds of layers that may have an object of their own.</summary>
    public const string FullAttention = "full_attention", SlidingAttention = "sliding_attention";

    private const string Trained = "original_max_position_embeddings";

    /// <summary>The objects of a configuration that describe it, the new one first.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["rope_parameters", "rope_scaling"];

    public static IReadOnlyList<string> LayerKinds { get; } = [FullAttention, SlidingAttention];

    /// <summary>The fields of such an object, of whatever kind.</summary>
    public static FieldTable Fields { get; } = new()
    {
        Honoured =
        [
            "rope_type", "type", "rope_theta", "partial_rotary_factor", Trained, "factor", "low_freq_factor", "high_freq_factor",
            "beta_fast",
            "beta_slow", "truncate", "attention_factor", "mscale", "mscale_all_dim", "short_factor", "long_factor",
        ],
    };

    /// <param name="fields">The object that describes it.</param>
    /// <param name="positions">The longest text by the model's configuration.</param>
    /// <param name="trained">The length of the first training's texts, where the object leaves it out.</param>
    /// <param name="size">Values of a head that are turned.</param>
    /// <exception cref="CheckpointFormatException">It is of a kind that isn't supported, or a field is wrong.</exception>
    public static RotaryScaling? Read(ConfigFields fields, int positions, int trained, int size)
    {
        // Old files have the second.
        string kind = fields.Has("rope_type") || !fields.Has("type") ? "rope_type" : "type";
        string? name = fields.Text(kind, fields.Has("factor") ? null : "default");
        // In the first files of Phi-3 these were names of one thing.
        if (name is LongRopeScaling.OldKind || (name is YarnScaling.Kind && fields.Has("short_factor")))
            name = LongRopeScaling.Kind;
        return name switch
        {
            null => throw fields.Fault(kind, "it is missing", JsonFile.Remedy),
            "default" => null,
            LinearScaling.Kind => new LinearScaling(fields.Positive("factor")),
            DynamicScaling.Kind => ReadDynamic(fields, positions),
            YarnScaling.Kind => ReadYarn(fields, trained),
            LongRopeScaling.Kind => ReadLongRope(fields, positions, trained, size / 2),
            Llama3Scaling.Kind => ReadLlama3(fields),
            var other => throw fields.Fault(
                kind, $"rotary embeddings of the kind \"{CheckpointFormatException.Printable(other)}\" aren't supported",
                $"Use a model whose kind is default, {LinearScaling.Kind}, {DynamicScaling.Kind}, {YarnScaling.Kind}, "
                    + $"{LongRopeScaling.Kind} or {Llama3Scaling.Kind}."),
        };
    }

    private static DynamicScaling ReadDynamic(ConfigFields fields, int positions)
    {
        var scaling = new DynamicScaling(fields.Positive("factor"), positions);
        return scaling.Factor >= 1 ? scaling : throw fields.Fault("factor", "it is less than 1", JsonFile.Remedy);
    }

    private static Llama3Scaling ReadLlama3(ConfigFields fields)
    {
        var scaling = new Llama3Scaling(
            fields.Positive("factor"), fields.Positive("low_freq_factor"), fields.Positive("high_freq_factor"), fields.Count(Trained));
        return scaling.HighFactor > scaling.LowFactor ? scaling : throw fields.Fault(
            "high_freq_factor", "it isn't greater than low_freq_factor", JsonFile.Remedy);
    }

    private static YarnScaling ReadYarn(ConfigFields fields, int trained)
    {
        var scaling = new YarnScaling(
            fields.Positive("factor"), fields.Count(Trained, trained), fields.Positive("beta_fast", 32), fields.Positive("beta_slow", 1),
            fields.Has("attention_factor") ? fields.Positive("attention_factor") : null,
            // 0 is for none.
            fields.NotNegative("mscale", 0) is > 0 and var scale ? scale : null,
            fields.NotNegative("mscale_all_dim", 0) is > 0 and var all ? all : null,
            fields.Flag("truncate", true));
        return scaling.FastTurns > scaling.SlowTurns ? scaling : throw fields.Fault(
            "beta_fast", "it isn't greater than beta_slow", JsonFile.Remedy);
    }

    private static LongRopeScaling ReadLongRope(ConfigFields fields, int positions, int trained, int pairs)
    {
        trained = fields.Count(Trained, trained);
        // The factor is what the lengths say, whatever else the object has.
        double? given = fields.Has("attention_factor") ? fields.Positive("attention_factor") : null;
        return new((double)positions / trained, trained, given)
        {
            ShortFactors = fields.Numbers("short_factor", pairs),
            LongFactors = fields.Numbers("long_factor", pairs),
        };
    }
}
