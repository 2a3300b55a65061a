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
