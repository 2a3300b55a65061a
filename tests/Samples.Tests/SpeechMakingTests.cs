using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace Samples.Tests;

/// <summary>What the samples of speech make their data with, as far as it needs no synthesizer.</summary>
public sealed class SpeechMakingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sound_of_another_rate_is_read_and_written()
    {
        // A second of 440 Hz at 22,050 samples a second, with a chunk between that nobody knows.
        byte[] wave = WaveBytes.Of(22_050, WaveBytes.Tone(22_050, 440, 22_050));
        Sound sound = Sound.Read(Write([.. wave[..36], .. "note"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. wave[36..]]));
        Assert.Equal(Sound.Rate, sound.Samples.Length);
        for (int i = 200; i < Sound.Rate - 200; i++)
            Assert.Equal(0.5 * Math.Sin(2 * Math.PI * 440 * i / Sound.Rate), sound.Samples[i], 2e-3);
        Sound again = Sound.Read(Write(sound.ToWave()));
        Assert.All(sound.Samples.Zip(again.Samples), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_file_that_is_no_such_sound_is_refused()
    {
        byte[] wave = WaveBytes.Of(8000, [0.1, 0.2, 0.3]);
        AssertRefused("it isn't a WAV file", "RIFF, or not"u8.ToArray());
        AssertRefused("it has no samples", wave[..36]);
        wave[22] = 2;
        AssertRefused("it isn't of 16-bit samples and one channel", wave);

        void AssertRefused(string why, byte[] file)
        {
            string path = Write(file);
            Assert.Equal($"{path} can't be read: {why}.", Assert.Throws<InvalidDataException>(() => Sound.Read(path)).Message);
        }
    }

    [Fact]
    public void Resampling_keeps_what_the_new_rate_holds_and_nothing_else()
    {
        Assert.Equal(0.5, Sound.Power(Resampling.Resample(Tone(1000), 1.6)[100..^100]), 0.01);
        Assert.Equal(0, Sound.Power(Resampling.Resample(Tone(3300), 1.6)[100..^100]), 0.001);
        Assert.Equal(Sound.Rate * 2, Resampling.Resample(Tone(300), 0.5).Length);
    }

    [Fact]
    public void Silence_is_cut_off_and_sounds_are_joined()
    {
        float[] tone = Tone(500);
        var sound = new Sound([.. new float[800], .. tone, .. new float[2400]]);
        Assert.Equal(tone, sound.Trimmed().Samples);
        Assert.Empty(new Sound(new float[100]).Trimmed().Samples);
        Sound joined = Sound.Join([new(tone), new(tone), new(tone)], () => 0.25);
        Assert.Equal(3.5, joined.Seconds, 1e-6);
        Assert.All(joined.Samples[Sound.Rate..(Sound.Rate + 2000)], sample => Assert.Equal(0, sample));
        Assert.Equal(tone, joined.Samples[^Sound.Rate..]);
    }

    [Fact]
    public void A_change_does_what_it_says()
    {
        var random = new Random(1);
        Assert.Equal(0.25, Loudest(new SoundChange { Peak = 0.25 }.Apply(new(Tone(500)), random)), 1e-6);
        Assert.Equal(0.8, new SoundChange { Speed = 1.25 }.Apply(new(Tone(500)), random).Seconds, 1e-3);
        Sound slow = new SoundChange { Silence = (0.5, 0.25) }.Apply(new(Tone(500)), random);
        Assert.Equal(1.75, slow.Seconds, 1e-6);
        Assert.All(slow.Samples[..4000], sample => Assert.Equal(0, sample));

        // A telephone lets 1000 Hz through, and neither 60 nor 3900.
        float[] mixed = [.. Tone(1000).Zip(Tone(60), Tone(3900)).Select(three => (three.First + three.Second + three.Third) / 3)];
        Sound heard = new SoundChange { Band = (300, 3400), Peak = 1 }.Apply(new(mixed), random);
        Assert.Equal(0.5, Sound.Power(heard.Samples[800..^800]), 0.06);

        // Noise of a tenth of the speech's power, of any colour.
        foreach (double color in (double[])[0, 0.9])
        {
            var change = new SoundChange { Noise = 10, NoiseColor = color, Silence = (2, 0) };
            float[] noisy = change.Apply(new(Tone(500)), random).Samples;
            Assert.Equal(11, Sound.Power(noisy[16_000..]) / Sound.Power(noisy[..16_000]), 1.5);
        }

        Sound bright = new SoundChange { Tilt = 12, Peak = 1 }.Apply(new([.. Tone(200), .. Tone(3800)]), random);
        Assert.True(Sound.Power(bright.Samples[..8000]) * 5 < Sound.Power(bright.Samples[8000..]));
        float[] echo = new SoundChange { Echo = (0.5, 0.1), Peak = 1 }.Apply(new([1, .. new float[1000]]), random).Samples;
        Assert.Equal((1, 0.5f, 0), (echo[0], echo[800], echo[799]));
    }

    [Fact]
    public void Drawn_changes_are_the_same_for_a_seed_and_stay_sound()
    {
        var utterance = new Utterance("one", "nobody", new(Tone(500)));
        Utterance[] first = Utterance.Change([utterance], 40, seed: 3), again = Utterance.Change([utterance], 40, seed: 3);
        Assert.Equal(first.Select(one => one.Sound.Samples), again.Select(one => one.Sound.Samples));
        Assert.Equal(40, first.Select(one => one.Sound.Samples.Length).Distinct().Count());
        Assert.All(first, one => Assert.InRange(Loudest(one.Sound), 0.08, 0.91));
        Assert.All(first, one => Assert.InRange(one.Sound.Seconds, 0.9, 1.8));
    }

    [Fact]
    public void A_spectrogram_is_dark_where_the_sound_is()
    {
        byte[] picture = Spectrogram.Draw(new(Tone(1031.25)));
        int begin = BitConverter.ToInt32(picture, 10), width = BitConverter.ToInt32(picture, 18);
        int height = BitConverter.ToInt32(picture, 22);
        Assert.Equal((97, 64), (width, height));
        // 62.5 Hz a row, from below, and lines of a multiple of four bytes.
        byte[] column = [.. Enumerable.Range(0, height).Select(row => picture[begin + row * 100 + 50])];
        Assert.Equal(255, column[16]);
        Assert.True(column[40] < 60);
    }

    [Fact]
    public void A_voice_for_tests_is_one_with_every_accent()
    {
        Assert.True(new Voice(new Flite(), "rms").IsNew);
        Assert.True(new Voice(new EspeakNg(), "en-us+f3").IsNew);
        Assert.True(new Voice(new EspeakNg(), "en-gb-scotland+f3").IsNew);
        Assert.False(new Voice(new EspeakNg(), "en-us+f4").IsNew);
        Assert.False(new Voice(new Festival(), "kal_diphone").IsNew);
        // Of four draws, some two are espeak-ng's, however many voices it has.
        Voice[] voices = [new(new Flite(), "slt"), .. Enumerable.Range(0, 30).Select(i => new Voice(new EspeakNg(), $"en-us+{i}"))];
        var random = new Random(1);
        Assert.InRange(Enumerable.Range(0, 400).Count(_ => Voice.Draw(voices, random).Name == "slt"), 160, 240);
    }

    [Fact]
    public void What_was_spoken_once_is_kept_without_the_silence_around_it()
    {
        var beeper = new Beeper();
        var voice = new Voice(beeper, "beep");
        Line[] lines = [new(voice, "one"), new(voice, "two"), new(voice, "one"), new(voice, "one", Speed: 2), new(voice, "three")];
        Sound[] sounds = Speaking.Speak(lines, _folder.File("speech"));
        Assert.Equal(["one 1", "one 2", "three 1", "two 1"], beeper.Spoken.Order());
        Assert.All(sounds, sound => Assert.InRange(sound.Seconds, 0.48, 0.53));
        Assert.Equal(4, Directory.GetFiles(_folder.File("speech"), "*.wav").Length);
        Sound[] again = Speaking.Speak([.. lines, new(voice, "four")], _folder.File("speech"));
        Assert.Equal(5, beeper.Spoken.Count);
        Assert.Equal(sounds.Select(sound => sound.Samples), again[..^1].Select(sound => sound.Samples));

        beeper.Fault = true;
        var e = Assert.Throws<InvalidOperationException>(() => Speaking.Speak([new(voice, "five")], _folder.File("speech")));
        Assert.Equal("It has no breath.", e.Message);
        Assert.Equal(5, Directory.GetFiles(_folder.File("speech"), "*.wav").Length);
    }

    /// <summary>Says half a second of a tone, with silence around it, two lines at once.</summary>
    private sealed class Beeper : Synthesizer
    {
        private readonly Lock _lock = new();

        public List<string> Spoken { get; } = [];

        public bool Fault { get; set; }

        public override string Program => "beeper";

        public override int LinesAtOnce => 2;

        public override IReadOnlyList<string> FindVoices() => ["beep"];

        public override void Speak(IReadOnlyList<(Line Line, string File)> lines)
        {
            if (Fault)
                throw new InvalidOperationException("It has no breath.");
            lock (_lock)
            {
                Assert.InRange(lines.Count, 1, 2);
                foreach ((Line line, string file) in lines)
                {
                    double[] tone = WaveBytes.Tone(16_000, 440, 8000);
                    File.WriteAllBytes(file, WaveBytes.Of(16_000, [.. new double[3000], .. tone, .. new double[5000]]));
                    Spoken.Add(FormattableString.Invariant($"{line.Text} {line.Speed}"));
                }
            }
        }
    }

    private static float Loudest(Sound sound) => sound.Samples.Max(Math.Abs);

    private static float[] Tone(double frequency) =>
        [.. Enumerable.Range(0, Sound.Rate).Select(i => (float)Math.Sin(2 * Math.PI * frequency * i / Sound.Rate))];

    private string Write(byte[] file)
    {
        string path = _folder.File("sound.wav");
        File.WriteAllBytes(path, file);
        return path;
    }
}
