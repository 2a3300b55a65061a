namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>Copies all values of some frames, each time the same, to where there is room for as many.</summary>
internal delegate void FrameReader(Span<float> target);

/// <summary>
/// The frames of a recording, or any vectors over time: in memory, or in a <see cref="FrameStore"/>, which must not be disposed before.
/// Immutable, as long as nobody changes the values it was given; any number of threads may read it.
/// </summary>
internal sealed class Frames
{
    /// <summary>A deviation below this is that of values which are all the same.</summary>
    private const double LeastDeviation = 1e-5;

    private readonly float[]? _values;
    private readonly FrameReader _read;

    /// <param name="values">Frame after frame.</param>
    /// <param name="size">Values of a frame.</param>
    /// <exception cref="ArgumentException">The values aren't whole frames, or one is NaN or infinite.</exception>
    public Frames(float[] values, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (values.Length % size != 0)
        {
            throw new ArgumentException(
                $"{values.Length} values aren't whole frames of {size}: give a multiple of {size}.", nameof(values));
        }

        int wrong = Array.FindIndex(values, value => !float.IsFinite(value));
        if (wrong >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Value {wrong % size} of frame {wrong / size} is {values[wrong]}; give finite numbers."),
                nameof(values));
        }

        (_values, _read, Size, Count) = (values, target => values.CopyTo(target), size, values.Length / size);
    }

    private Frames(FrameReader read, int size, int count) => (_read, Size, Count) = (read, size, count);

    /// <summary>Values of a frame.</summary>
    public int Size { get; }

    /// <summary>How many frames there are.</summary>
    public int Count { get; }

    /// <summary>
    /// What an encoder that doesn't train makes of them, where that is known: it is read instead of them, for a model with that encoder
    /// alone.
    /// </summary>
    public Frames? States { get; private init; }

    /// <summary>How many values there are.</summary>
    public int Length => Size * Count;

    /// <summary>All values, frame after frame; of what isn't in memory as it is, read anew each time.</summary>
    public ReadOnlySpan<float> Values
    {
        get
        {
            if (_values is not null)
                return _values;
            float[] read = new float[Length];
            _read(read);
            return read;
        }
    }

    /// <summary>Copies all values, frame after frame, to where there is room for them.</summary>
    public void CopyTo(Span<float> target) => _read(target[..Length]);

    /// <summary>The same frames, which are elsewhere.</summary>
    public Frames ReadBy(FrameReader read) => new(read, Size, Count) { States = States };

    /// <summary>The same frames, of which an encoder's states are known.</summary>
    public Frames With(Frames states) => new(_read, Size, Count) { States = states };

    /// <summary>An encoder's states, whatever they are.</summary>
    /// <param name="values">State after state.</param>
    /// <param name="size">Values of a state.</param>
    public static Frames OfStates(float[] values, int size) => new(target => values.CopyTo(target), size, values.Length / size);

    /// <summary>The frames as an encoder takes them.</summary>
    /// <exception cref="ArgumentException">They have another size.</exception>
    public Frames For(FusionConfig config)
    {
        if (Size != config.FrameSize)
        {
            throw new ArgumentException(
                $"The frames have {Size} values, and the model's {config.FrameSize}: make them in the way that those were made which it "
                + "was trained on.",
                nameof(config));
        }

        return !config.NormalizesFrames ? this : config.EncoderModel is null ? Normalized() : NormalizedSamples();
    }

    /// <summary>
    /// Each place's values less their mean, divided by their deviation: found when they are read, which costs less than another copy of
    /// all that is trained on.
    /// </summary>
    public Frames Normalized()
    {
        int size = Size;
        return ReadBy(target =>
        {
            _read(target);
            Normalize(target, size);
        });
    }

    private static void Normalize(Span<float> values, int size)
    {
        if (values.Length == 0)
            return;
        double count = values.Length / size;
        double[] means = new double[size], deviations = new double[size];
        for (int i = 0; i < values.Length; i += size)
        {
            for (int place = 0; place < size; place++)
                means[place] += values[i + place];
        }

        for (int place = 0; place < size; place++)
            means[place] /= count;
        for (int i = 0; i < values.Length; i += size)
        {
            for (int place = 0; place < size; place++)
                deviations[place] += (values[i + place] - means[place]) * (values[i + place] - means[place]);
        }

        for (int place = 0; place < size; place++)
            deviations[place] = Math.Sqrt(deviations[place] / count);
        for (int i = 0; i < values.Length; i += size)
        {
            for (int place = 0; place < size; place++)
            {
                values[i + place] = deviations[place] < LeastDeviation ? 0
                    : (float)((values[i + place] - means[place]) / deviations[place]);
            }
        }
    }

    /// <summary>
    /// Values of one a frame less their mean, divided by their deviation, as wav2vec2's were in its training: by √(variance + 1e-7).
    /// </summary>
    private Frames NormalizedSamples() => ReadBy(target =>
    {
        const double Least = 1e-7;
        _read(target);
        double mean = 0, variance = 0;
        foreach (float value in target)
            mean += value / (double)target.Length;
        foreach (float value in target)
            variance += (value - mean) * (value - mean) / target.Length;
        double deviation = Math.Sqrt(variance + Least);
        foreach (ref float value in target)
            value = (float)((value - mean) / deviation);
    });
}
