namespace Microsoft.ML.KappaTune.Audio;

/// <summary>
/// An input of another kind than text as a model takes it: frames of equal size, one after the other. In a batch, shorter inputs are
/// followed by frames of silence, which isn't 0 in most features.
/// </summary>
internal sealed class FeatureFrames
{
    private readonly float[] _values;
    private readonly float[] _silence;

    /// <param name="values">The frames, [count, size].</param>
    /// <param name="size">Numbers of a frame.</param>
    /// <param name="silence">A frame of which an input would have any number behind its end; null for zeros.</param>
    public FeatureFrames(float[] values, int size, float[]? silence = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (values.Length % size != 0)
            throw new ArgumentException($"{values.Length} numbers are no frames of {size}.", nameof(values));
        _values = values;
        _silence = silence ?? new float[size];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_silence.Length, size, nameof(silence));
    }

    /// <summary>Numbers of a frame.</summary>
    public int Size => _silence.Length;

    /// <summary>How many frames there are.</summary>
    public int Count => _values.Length / Size;

    /// <summary>All frames, [count, size].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>One frame.</summary>
    public ReadOnlySpan<float> this[int frame] => _values.AsSpan(frame * Size, Size);

    /// <summary>Writes the frames, and silence behind them until the target is full.</summary>
    public void CopyTo(Span<float> target)
    {
        _values.CopyTo(target);
        for (int first = _values.Length; first < target.Length; first += Size)
            _silence.CopyTo(target[first..]);
    }
}
