using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Fusion;

namespace Microsoft.ML.KappaTune.Tests.Fusion;

public sealed class FramesTests
{
    [Fact]
    public void Each_places_values_are_normalised_by_their_mean_and_deviation()
    {
        // The second place is always the same.
        var frames = new Frames([1, 7, 3, 7, 5, 7, 7, 7], 2);
        float[] normal = frames.Normalized().Values.ToArray();
        float far = (float)(3 / Math.Sqrt(5)), near = (float)(1 / Math.Sqrt(5));
        Assert.Equal([-far, 0f, -near, 0f, near, 0f, far, 0f], normal);
        Assert.Equal([1f, 7, 3, 7, 5, 7, 7, 7], frames.Values.ToArray());
        // Loudness doesn't count.
        var louder = new Frames([.. frames.Values.ToArray().Select(value => 4 * value - 9)], 2);
        Assert.All(louder.Normalized().Values.ToArray().Zip(normal), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
        Assert.Equal(0, new Frames([], 2).Normalized().Count);
    }

    /// <summary>By default sound is normalised where its frames are made, and frames where they enter the encoder.</summary>
    [Fact]
    public void What_is_normalised_already_stays_as_it_is()
    {
        Assert.True(new FusionOptions().NormalizeFrames);
        Assert.Equal(LogMelNormalization.Utterance, new LogMelOptions().Normalization);
        var random = new Random(1);
        float[] samples = [.. Enumerable.Range(0, 16_000).Select(i => (float)(Math.Sin(i / 20.0 * (1 + i / 8000)) * random.NextDouble()))];
        using var spectrogram = new LogMelSpectrogram(new());
        float[] values = spectrogram.Compute(samples);
        Frames once = new Frames(values, new LogMelOptions().Bands).Normalized();
        Assert.All(once.Values.ToArray().Zip(values), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.All(once.Normalized().Values.ToArray().Zip(values), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));

        // A band that hardly changes is 0 both times, and not noise.
        var still = new Frames([1, 7, 3, 7.000001f, 5, 7, 7, 7], 2);
        float[] normal = still.Normalized().Values.ToArray();
        Assert.All(normal.Where((_, i) => i % 2 == 1), value => Assert.Equal(0, value));
        Assert.All(still.Normalized().Normalized().Values.ToArray().Zip(normal), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Fact]
    public void An_encoder_takes_frames_of_its_size_normalised_or_not()
    {
        Frames frames = SmallFusion.Frames(5);
        FusionConfig config = SmallFusion.Config();
        Assert.Equal(frames.Normalized().Values.ToArray(), frames.For(config).Values.ToArray());
        Assert.Same(frames, frames.For(config with { NormalizesFrames = false }));
        var e = Assert.Throws<ArgumentException>(() => frames.For(config with { FrameSize = 40 }));
        Assert.Contains("have 3 values, and the model's 40", e.Message);
    }

    [Fact]
    public void What_are_no_frames_is_refused()
    {
        Assert.Contains("7 values aren't whole frames of 2", Assert.Throws<ArgumentException>(() => new Frames(new float[7], 2)).Message);
        var e = Assert.Throws<ArgumentException>(() => new Frames([1, 2, 3, 4, 5, float.NaN], 2));
        Assert.Contains("Value 1 of frame 2 is NaN", e.Message);
        Assert.Throws<ArgumentException>(() => new Frames([float.PositiveInfinity], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Frames([], 0));
    }
}
