using System.Numerics.Tensors;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>
/// Computes frames of sound by options, on the CPU. Several threads may do so at once, until it is disposed. A sound's frames don't depend
/// on what else is in its batch, so they may be kept.
/// </summary>
internal sealed class LogMelSpectrogram : IDisposable
{
    // The least power that has a logarithm: silence, as Whisper's.
    private const float LeastPower = 1e-10f;

    // Of the highest value of an utterance, Whisper keeps so many powers of ten below.
    private const float KeptRange = 8;

    // Below this a band's standard deviation is rounding.
    private const double LeastDeviation = 1e-5;

    private readonly LogMelOptions _options;
    private readonly Tensor _window, _filters;

    /// <exception cref="ArgumentException">An option isn't allowed; the message names all that aren't.</exception>
    public LogMelSpectrogram(LogMelOptions options)
    {
        options.Check();
        TensorLibrary.Require();
        _options = options;
        _window = hann_window(options.WindowLength, dtype: ScalarType.Float32).DetachFromDisposeScope();
        float[] filters = MelFilters.Create(options);
        _filters = tensor(filters, [filters.Length / options.Bands, options.Bands]).DetachFromDisposeScope();
    }

    /// <summary>The frames of samples at the options' rate, [<see cref="LogMelOptions.FrameCount"/>, Bands].</summary>
    /// <exception cref="ArgumentException">A sample isn't finite, or there are more than the options allow.</exception>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        if (SampleConversion.FirstUnusable(samples) is { } wrong)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Sample {wrong} is {samples[wrong]}; give finite ones, -1 to 1."), nameof(samples));
        }

        // Resampled sound of just that length may have a part of a sample more.
        if (samples.Length > Math.Ceiling(_options.MaximumSeconds * _options.SampleRate))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{samples.Length} samples last longer than {_options.MaximumSeconds} seconds. ")
                + $"Cut the sound into utterances, or raise {nameof(LogMelOptions.MaximumSeconds)}.", nameof(samples));
        }

        float[] values = PowerOfBands(samples, _options.FrameCount(samples.Length));
        TensorPrimitives.Max<float>(values, LeastPower, values);
        TensorPrimitives.Log10<float>(values, values);
        if (_options.Normalization == LogMelNormalization.Whisper)
            NormalizeAsWhisper(values);
        else if (_options.Normalization == LogMelNormalization.Utterance)
            NormalizeByBand(values, _options.Bands);
        return values;
    }

    public void Dispose()
    {
        _window.Dispose();
        _filters.Dispose();
    }

    /// <summary>[count, bands].</summary>
    private float[] PowerOfBands(ReadOnlySpan<float> samples, int count)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor spectrum = stft(
            tensor(Reflected(samples)), _options.Transform, _options.HopLength, _options.WindowLength, _window, center: false,
            normalized: false, onesided: true, return_complex: true); // [transform / 2 + 1, frames]
        // A frame around the very end, beyond the last whole hop, isn't counted.
        Tensor amplitude = spectrum.narrow(1, 0, count).abs();
        Tensor power = amplitude.mul(amplitude).t(); // [count, transform / 2 + 1]
        return power.mm(_filters).data<float>().ToArray();
    }

    /// <summary>The sound, with silence behind it where it is short, and mirrored at both ends: a frame lies around its place.</summary>
    private float[] Reflected(ReadOnlySpan<float> samples)
    {
        int half = _options.Transform / 2, length = _options.PaddedLength(samples.Length);
        float[] sound = new float[half + length + half];
        samples.CopyTo(sound.AsSpan(half));
        int first = half, last = half + length - 1;
        for (int i = 1; i <= half; i++)
            (sound[first - i], sound[last + i]) = (sound[first + i], sound[last - i]);
        return sound;
    }

    private static void NormalizeAsWhisper(float[] values)
    {
        TensorPrimitives.Max<float>(values, TensorPrimitives.Max<float>(values) - KeptRange, values);
        TensorPrimitives.Add<float>(values, 4, values);
        TensorPrimitives.Multiply<float>(values, 0.25f, values);
    }

    private static void NormalizeByBand(float[] values, int bands)
    {
        int count = values.Length / bands;
        for (int band = 0; band < bands; band++)
        {
            double sum = 0, squares = 0;
            for (int i = band; i < values.Length; i += bands)
                sum += values[i];
            double mean = sum / count;
            for (int i = band; i < values.Length; i += bands)
                squares += (values[i] - mean) * (values[i] - mean);
            double deviation = Math.Sqrt(squares / count);
            double scale = deviation > LeastDeviation ? 1 / deviation : 0;
            for (int i = band; i < values.Length; i += bands)
                values[i] = (float)((values[i] - mean) * scale);
        }
    }
}
