using Microsoft.ML.KappaTune.Audio;

namespace Microsoft.ML.KappaTune.Tests.Audio;

public class ResamplerTests
{
    // What the documentation promises, of a tone whose size is 1/2, with float's rounding.
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(44_100, 16_000, 440)]
    [InlineData(44_100, 16_000, 6900)]
    [InlineData(48_000, 16_000, 3000)]
    [InlineData(48_000, 8000, 3400)]
    [InlineData(22_050, 16_000, 5000)]
    [InlineData(8000, 16_000, 3400)]
    [InlineData(11_025, 8000, 50)]
    // Rates without a common divisor: few enough weights to keep, and too many.
    [InlineData(22_051, 16_000, 5000)]
    [InlineData(44_101, 48_000, 5000)]
    public void A_tone_stays_what_it_is(int from, int to, double frequency)
    {
        float[] tone = Tone(from, frequency, from / 5);
        float[] result = Resampler.Resample(tone, from, to);
        Assert.Equal((tone.Length * (long)to + from - 1) / from, result.Length);
        double[] expected = WaveBytes.Tone(to, frequency, result.Length);
        int edge = Edge(from, to);
        for (int i = edge; i < result.Length - edge; i++)
            Assert.Equal(expected[i], result[i], Tolerance);
    }

    [Theory]
    [InlineData(44_100, 16_000, 8000)]
    [InlineData(44_100, 16_000, 10_000)]
    [InlineData(44_100, 16_000, 15_500)]
    [InlineData(48_000, 8000, 20_000)]
    [InlineData(22_051, 16_000, 9000)]
    public void A_tone_that_is_too_high_doesn_t_come_back_as_a_low_one(int from, int to, double frequency)
    {
        float[] result = Resampler.Resample(Tone(from, frequency, from / 5), from, to);
        int edge = Edge(from, to);
        for (int i = edge; i < result.Length - edge; i++)
            Assert.Equal(0, result[i], Tolerance);
    }

    [Fact]
    public void A_constant_stays_what_it_is()
    {
        float[] result = Resampler.Resample([.. Enumerable.Repeat(0.75f, 4410)], 44_100, 16_000);
        Assert.Equal(1600, result.Length);
        for (int i = Edge(44_100, 16_000); i < 1600 - Edge(44_100, 16_000); i++)
            Assert.Equal(0.75, result[i], 1e-6);
    }

    [Fact]
    public void Sound_of_the_rate_is_left_as_it_is()
    {
        float[] samples = [1, -1, 0.5f];
        Assert.Same(samples, Resampler.Resample(samples, 16_000, 16_000));
    }

    [Theory]
    [InlineData(1, 192_000, 1000, 1)]
    [InlineData(1, 1000, 192_000, 192)]
    [InlineData(2, 44_100, 16_000, 1)]
    [InlineData(3, 44_100, 16_000, 2)]
    public void The_shortest_sounds_have_samples(int count, int from, int to, int expected)
    {
        float[] result = Resampler.Resample(new float[count], from, to);
        Assert.Equal(new float[expected], result);
    }

    private static float[] Tone(int rate, double frequency, int count) =>
        [.. WaveBytes.Tone(rate, frequency, count).Select(sample => (float)sample)];

    /// <summary>How many new samples know of the silence around the sound.</summary>
    private static int Edge(int from, int to) => (int)Math.Ceiling(64 * Math.Max(1, (double)to / from)) + 1;
}
