/// <summary>Sounds like speech in what matters for time: harmonics that come and go a few times a second, and noise.</summary>
internal static class Utterances
{
    private const int Harmonics = 6, HeaderLength = 44;

    /// <summary>Writes WAV files of 16 bits.</summary>
    /// <returns>Their paths, and the seconds of all.</returns>
    public static (string[] Paths, double Seconds) Write(string folder, int count, int rate)
    {
        Directory.CreateDirectory(folder);
        string[] paths = [.. Enumerable.Range(0, count).Select(i => Path.Combine(folder, $"{i:0000}.wav"))];
        double[] seconds = new double[count];
        Parallel.For(0, count, i =>
        {
            var random = new Random(i);
            int samples = (int)(rate * (1 + 4 * random.NextDouble()));
            File.WriteAllBytes(paths[i], File16(Sound(samples, rate, random), rate));
            seconds[i] = (double)samples / rate;
        });
        return (paths, seconds.Sum());
    }

    private static short[] Sound(int count, int rate, Random random)
    {
        double pitch = 2 * Math.PI * (90 + 160 * random.NextDouble()) / rate;
        double syllables = 2 * Math.PI * (3 + 2 * random.NextDouble()) / rate;
        short[] samples = new short[count];
        for (int i = 0; i < count; i++)
        {
            double loudness = 0.5 - 0.5 * Math.Cos(syllables * i), sum = 0;
            for (int harmonic = 1; harmonic <= Harmonics; harmonic++)
                sum += Math.Sin(pitch * harmonic * i) / harmonic;
            samples[i] = (short)(6000 * loudness * sum + 300 * (random.NextDouble() - 0.5));
        }

        return samples;
    }

    private static byte[] File16(short[] samples, int rate)
    {
        using var stream = new MemoryStream(HeaderLength + 2 * samples.Length);
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(HeaderLength - 8 + 2 * samples.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1); // PCM
        writer.Write((short)1); // one channel
        writer.Write(rate);
        writer.Write(2 * rate);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (short sample in samples)
            writer.Write(sample);
        return stream.ToArray();
    }
}
