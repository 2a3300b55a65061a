namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>The frames of a recording, or any vectors over time. Immutable, as long as nobody changes the values it was given.</summary>
internal sealed class Frames
{
    /// <summary>A deviation below this is that of values which are all the same.</summary>
    private const double LeastDeviation = 1e-5;

    private readonly float[] _values;

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

        (_values, Size, Count) = (values, size, values.Length / size);
    }

    /// <summary>Values of a frame.</summary>
    public int Size { get; }

    /// <summary>How many frames there are.</summary>
    public int Count { get; }

    /// <summary>All values, frame after frame.</summary>
    public ReadOnlySpan<float> Values => _values;

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

    /// <summary>Each place's values less their mean, divided by their deviation.</summary>
    public Frames Normalized()
    {
        float[] normal = new float[_values.Length];
        for (int place = 0; place < Size; place++)
        {
            (double sum, double squares) = (0, 0);
            for (int i = place; i < _values.Length; i += Size)
                sum += _values[i];
            double mean = Count == 0 ? 0 : sum / Count;
            for (int i = place; i < _values.Length; i += Size)
                squares += (_values[i] - mean) * (_values[i] - mean);
            double deviation = Count == 0 ? 0 : Math.Sqrt(squares / Count);
            for (int i = place; i < _values.Length; i += Size)
                normal[i] = deviation < LeastDeviation ? 0 : (float)((_values[i] - mean) / deviation);
        }

        return new(normal, Size);
    }

    /// <summary>
    /// Values of one a frame less their mean, divided by their deviation, as wav2vec2's were in its training: by √(variance + 1e-7).
    /// </summary>
    private Frames NormalizedSamples()
    {
        const double Least = 1e-7;
        double mean = Count == 0 ? 0 : _values.Sum(value => (double)value) / Count;
        double variance = Count == 0 ? 0 : _values.Sum(value => (value - mean) * (value - mean)) / Count;
        double deviation = Math.Sqrt(variance + Least);
        return new(Array.ConvertAll(_values, value => (float)((value - mean) / deviation)), Size);
    }
}
