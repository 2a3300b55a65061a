using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Audio;

/// <summary>Counts the process's tensors, so nothing may run beside it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LogMelSpectrogramTests
{
    private static readonly LogMelOptions Small = new() { SampleRate = 8000, Bands = 40 };

    [Theory]
    [InlineData(80)]
    [InlineData(128)]
    public void Frames_are_those_of_Whisper(int bands)
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Golden.Open("speech/log_mel.safetensors"));
        var options = new LogMelOptions { Bands = bands, Normalization = LogMelNormalization.Whisper, PadToSeconds = 2 };
        using var spectrogram = new LogMelSpectrogram(options);
        float[] frames = spectrogram.Compute(Values(golden, $"wave.{bands}"));
        float[] expected = Values(golden, $"log_mel.{bands}"); // [bands, 200]
        Assert.Equal(expected.Length, frames.Length);
        for (int i = 0; i < frames.Length; i++)
            Assert.Equal(expected[i % bands * 200 + i / bands], frames[i], 1e-4);

        float[] filters = Values(golden, $"mel_filters.{bands}"), own = MelFilters.Create(options);
        Assert.Equal(filters.Length, own.Length);
        for (int i = 0; i < filters.Length; i++)
            Assert.Equal(filters[i], own[i], 1e-6);
    }

    [Fact]
    public void One_function_gives_the_number_of_frames()
    {
        using var spectrogram = new LogMelSpectrogram(Small);
        float[] sound = Noise(201 * 80);
        for (int frames = 0; frames <= 200; frames++)
        {
            foreach (int more in (int[])[-1, 0, 1, 40])
            {
                int samples = Math.Max(0, frames * 80 + more);
                // A sound shorter than one transform, of 200 samples, is followed by silence.
                int expected = Math.Max(samples, 200) / 80;
                Assert.Equal(expected, Small.FrameCount(samples));
                Assert.Equal(expected, spectrogram.Compute(sound.AsSpan(0, samples)).Length / 40);
            }
        }
    }

    /// <summary>Of an odd transform too, whose middle is a sample.</summary>
    [Theory]
    [InlineData(256)]
    [InlineData(201)]
    [InlineData(1024)]
    public void A_transform_may_be_longer_than_a_frame(int transform)
    {
        LogMelOptions options = Small with { TransformLength = transform };
        using var spectrogram = new LogMelSpectrogram(options);
        foreach (int samples in (int[])[0, 1, 199, 1024, 2000, 2079, 2080])
            Assert.Equal(Math.Max(samples, transform) / 80, spectrogram.Compute(Noise(samples)).Length / 40);
        Assert.Equal(MelFilters.Create(options).Length, (transform / 2 + 1) * 40);
    }

    /// <summary>Sound is made longer by silent samples, not by zeros for frames: the logarithm of silence isn't 0.</summary>
    [Theory]
    [InlineData(LogMelNormalization.None)]
    [InlineData(LogMelNormalization.Whisper)]
    [InlineData(LogMelNormalization.Utterance)]
    public void Padding_is_of_samples(LogMelNormalization normalization)
    {
        LogMelOptions options = Small with { Normalization = normalization };
        float[] sound = Noise(4800);
        using LogMelSpectrogram alone = new(options), padded = new(options with { PadToSeconds = 1 });
        float[] longer = padded.Compute(sound);
        Assert.Equal(alone.Compute([.. sound, .. new float[3200]]), longer);
        Assert.Equal(100 * 40, longer.Length);
        Assert.All(longer[(62 * 40)..], value => Assert.InRange(value, -10.001, -0.2));
        // It isn't cut where it is longer.
        Assert.Equal(alone.Compute(Noise(9000)), padded.Compute(Noise(9000)));
    }

    [Fact]
    public void An_utterance_s_bands_have_mean_0_and_deviation_1_however_loud_it_is()
    {
        using var spectrogram = new LogMelSpectrogram(Small);
        float[] sound = Noise(8000), frames = spectrogram.Compute(sound);
        float[] louder = spectrogram.Compute(Array.ConvertAll(sound, sample => sample * 8));
        for (int band = 0; band < 40; band++)
        {
            double[] values = [.. Enumerable.Range(0, 100).Select(frame => (double)frames[frame * 40 + band])];
            Assert.Equal(0, values.Average(), 1e-4);
            Assert.Equal(1, Math.Sqrt(values.Average(value => value * value)), 1e-4);
        }

        for (int i = 0; i < frames.Length; i++)
            Assert.Equal(frames[i], louder[i], 1e-3);
    }

    [Theory]
    [InlineData(LogMelNormalization.Utterance, 0)]
    [InlineData(LogMelNormalization.Whisper, -1.5)]
    [InlineData(LogMelNormalization.None, -10)]
    public void Silence_is_finite(LogMelNormalization normalization, double expected)
    {
        using var spectrogram = new LogMelSpectrogram(Small with { Normalization = normalization });
        foreach (int samples in (int[])[0, 8000])
            Assert.All(spectrogram.Compute(new float[samples]), value => Assert.Equal(expected, value, 1e-5));
    }

    [Theory]
    [InlineData(MelScale.Slaney)]
    [InlineData(MelScale.Htk)]
    public void A_tone_is_in_its_band(MelScale scale)
    {
        LogMelOptions options = Small with { Scale = scale, Normalization = LogMelNormalization.None, EqualArea = false };
        using var spectrogram = new LogMelSpectrogram(options);
        double step = MelFilters.ToMel(4000, scale) / 41;
        foreach (int band in (int[])[10, 20, 35])
        {
            double middle = MelFilters.ToFrequency((band + 1) * step, scale);
            float[] frames = spectrogram.Compute([.. WaveBytes.Tone(8000, middle, 4000).Select(sample => (float)sample)]);
            float[] frame = frames[(25 * 40)..(26 * 40)];
            Assert.Equal(band, Array.IndexOf(frame, frame.Max()));
        }
    }

    [Fact]
    public void Scales_go_there_and_back()
    {
        foreach (MelScale scale in Enum.GetValues<MelScale>())
        {
            foreach (double frequency in (double[])[0, 100, 999, 1000, 1001, 8000])
                Assert.Equal(frequency, MelFilters.ToFrequency(MelFilters.ToMel(frequency, scale), scale), 1e-6);
        }

        Assert.Equal(15, MelFilters.ToMel(1000, MelScale.Slaney), 1e-9);
        Assert.Equal(42, MelFilters.ToMel(6400, MelScale.Slaney), 1e-9);
        Assert.Equal(999.9855, MelFilters.ToMel(1000, MelScale.Htk), 1e-3);
    }

    [Fact]
    public void What_is_no_sound_is_refused()
    {
        using var spectrogram = new LogMelSpectrogram(Small with { MaximumSeconds = 0.5 });
        spectrogram.Compute(new float[4000]);
        ArgumentException tooLong = Assert.Throws<ArgumentException>("samples", () => spectrogram.Compute(new float[4001]));
        Assert.Contains("MaximumSeconds", tooLong.Message, StringComparison.Ordinal);
        // As much of 44,100 samples a second as is taken, resampled.
        using (var odd = new LogMelSpectrogram(Small with { MaximumSeconds = 0.50003 }))
            odd.Compute(Resampler.Resample(new float[22_051], 44_100, 8000));
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity, -1e20f])
        {
            ArgumentException wrong = Assert.Throws<ArgumentException>("samples", () => spectrogram.Compute([0, 0, value]));
            Assert.Contains("Sample 2", wrong.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_left_in_the_tensor_library()
    {
        float[] sound = Noise(8000);
        long before = LiveTensors.Settled();
        LogMelSpectrogram spectrogram;
        // What is made within somebody's scope outlives it.
        using (NewDisposeScope())
            spectrogram = new(Small);
        float[] first = spectrogram.Compute(sound);
        Parallel.For(0, 16, _ => Assert.Equal(first, spectrogram.Compute(sound)));
        spectrogram.Dispose();
        LiveTensors.AssertAre(before);
    }

    /// <summary>Loud and soft, high and low.</summary>
    private static float[] Noise(int count)
    {
        var random = new Random(count);
        float last = 0;
        return [.. Enumerable.Range(0, count).Select(i =>
            last = 0.5f * last + (0.02f + 0.1f * (i / 1000 % 2)) * (2 * random.NextSingle() - 1))];
    }

    private static float[] Values(SafetensorsFile file, string name)
    {
        TensorView tensor = file.Tensors.Single(tensor => tensor.Name == name);
        float[] values = new float[tensor.ElementCount];
        tensor.Read(0, values);
        return values;
    }
}
