/// <summary>What happens to speech on its way from a mouth to a file; drawn at random, so that a model learns not to mind.</summary>
internal sealed record SoundChange
{
    /// <summary>How much faster and higher it is, 1 for neither: as if the speaker were smaller.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>The frequencies that are let through, in Hz; null for all.</summary>
    public (double Lowest, double Highest)? Band { get; init; }

    /// <summary>Decibels that high frequencies are louder than low ones, or quieter: a microphone's colour.</summary>
    public double Tilt { get; init; }

    /// <summary>The share of an echo, and the seconds after which it comes.</summary>
    public (double Share, double Seconds) Echo { get; init; }

    /// <summary>Decibels that the noise is quieter than the speech; null for no noise.</summary>
    public double? Noise { get; init; }

    /// <summary>From 0, where the noise hisses, to below 1, where it rumbles.</summary>
    public double NoiseColor { get; init; }

    /// <summary>The highest sample.</summary>
    public double Peak { get; init; } = 0.5;

    /// <summary>Seconds in which nobody speaks, before and behind the speech.</summary>
    public (double Before, double Behind) Silence { get; init; }

    /// <summary>Draws a change: of five sounds, two come by telephone, and one is hardly changed.</summary>
    public static SoundChange Draw(Random random)
    {
        int kind = random.Next(5);
        (double, double) silence = (Between(0.03, 0.3), Between(0.03, 0.3));
        if (kind == 0)
            return new() { Silence = silence, Peak = Between(0.3, 0.9), Noise = 45 };
        return new()
        {
            Speed = Math.Exp(Between(-0.16, 0.16)),
            Band = kind <= 2 ? (Between(200, 400), Between(2800, 3500)) : null,
            Tilt = Between(-10, 10),
            Echo = random.Next(2) == 0 ? (Between(0.05, 0.35), Between(0.005, 0.06)) : (0, 0),
            Noise = Between(8, 40),
            NoiseColor = random.NextDouble() * 0.95,
            Peak = Math.Exp(Between(-2.5, -0.1)),
            Silence = silence,
        };

        double Between(double low, double high) => low + random.NextDouble() * (high - low);
    }

    /// <summary>The changed sound.</summary>
    /// <param name="random">What the noise is drawn from.</param>
    public Sound Apply(Sound sound, Random random)
    {
        float[] speech = Resampling.Resample(sound.Samples, Speed);
        double power = Sound.Power(speech);
        int before = (int)(Silence.Before * Sound.Rate), behind = (int)(Silence.Behind * Sound.Rate);
        float[] samples = [.. new float[before], .. speech, .. new float[behind]];
        if (Echo.Share > 0)
            AddEcho(samples);
        if (Noise is { } decibels)
            AddNoise(samples, Math.Sqrt(power * Math.Pow(10, -decibels / 10)), random);
        if (Tilt != 0)
            Filters.Tilt(samples, Tilt);
        if (Band is { } band)
            Filters.Pass(samples, band.Lowest, band.Highest);
        double factor = Peak / Math.Max(1e-9, samples.Select(Math.Abs).DefaultIfEmpty().Max());
        return new([.. samples.Select(sample => (float)(sample * factor))]);
    }

    private void AddEcho(float[] samples)
    {
        int delay = Math.Max(1, (int)(Echo.Seconds * Sound.Rate));
        for (int i = delay; i < samples.Length; i++)
            samples[i] += (float)(Echo.Share * samples[i - delay]);
    }

    /// <summary>Adds noise of a deviation.</summary>
    private void AddNoise(float[] samples, double deviation, Random random)
    {
        // A filter of one pole lets through 1 / (1 - color²) of the power of what goes in, whose deviation is √(1/3).
        double gain = deviation * Math.Sqrt(3 * (1 - NoiseColor * NoiseColor)), noise = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            noise = NoiseColor * noise + (2 * random.NextDouble() - 1);
            samples[i] += (float)(gain * noise);
        }
    }
}
