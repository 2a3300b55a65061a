using System.Buffers.Binary;
using System.Text;

/// <summary>Sound of one channel as a telephone has it: samples from -1 to 1, 8,000 a second.</summary>
internal sealed class Sound(float[] samples)
{
    public const int Rate = 8000;

    // Samples of a stretch whose loudness counts: 10 ms.
    private const int Stretch = Rate / 100;

    public float[] Samples => samples;

    public double Seconds => (double)samples.Length / Rate;

    /// <summary>Reads a WAV file of 16-bit samples and one channel, which is what synthesizers write.</summary>
    /// <exception cref="InvalidDataException">The file isn't one.</exception>
    public static Sound Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WAVE"u8))
            throw Fault("it isn't a WAV file");
        int rate = 0;
        for (ReadOnlySpan<byte> rest = file[12..]; rest.Length >= 8;)
        {
            long length = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), rest.Length - 8);
            ReadOnlySpan<byte> body = rest.Slice(8, (int)length);
            if (rest.StartsWith("fmt "u8))
            {
                if (length < 16 || body[0] != 1 || body[2] != 1 || body[14] != 16)
                    throw Fault("it isn't of 16-bit samples and one channel");
                rate = BinaryPrimitives.ReadInt32LittleEndian(body[4..]);
            }
            else if (rest.StartsWith("data"u8))
            {
                float[] values = new float[body.Length / 2];
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt16LittleEndian(body[(2 * i)..]) / 32768f;
                return rate > 0 ? new(Resampling.Resample(values, (double)rate / Rate)) : throw Fault("it doesn't say its rate");
            }

            rest = rest[(int)Math.Min(rest.Length, 8 + length + length % 2)..];
        }

        throw Fault("it has no samples");

        InvalidDataException Fault(string why) => new($"{path} can't be read: {why}.");
    }

    /// <summary>The bytes of a WAV file of it, of 16-bit samples.</summary>
    public byte[] ToWave()
    {
        byte[] file = new byte[44 + 2 * samples.Length];
        Encoding.ASCII.GetBytes("RIFF....WAVEfmt ").CopyTo(file, 0);
        Encoding.ASCII.GetBytes("data").CopyTo(file, 36);
        Span<byte> bytes = file;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], file.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], 16);           // bytes of the format
        BinaryPrimitives.WriteInt16LittleEndian(bytes[20..], 1);            // PCM
        BinaryPrimitives.WriteInt16LittleEndian(bytes[22..], 1);            // channel
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], Rate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], 2 * Rate);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(bytes[34..], 16);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(44 + 2 * i)..], (short)Math.Clamp(samples[i] * 32768f, -32768f, 32767f));
        return file;
    }

    /// <summary>Several sounds one behind the other, with silence between them.</summary>
    /// <param name="pause">The seconds of the next silence.</param>
    public static Sound Join(IEnumerable<Sound> sounds, Func<double> pause)
    {
        var joined = new List<float>();
        foreach (Sound sound in sounds)
        {
            if (joined.Count > 0)
                joined.AddRange(new float[(int)(pause() * Rate)]);
            joined.AddRange(sound.Samples);
        }

        return new([.. joined]);
    }

    /// <summary>What is between the silence before and behind it: stretches that are 40 dB quieter than the loudest.</summary>
    public Sound Trimmed()
    {
        double[] loudness = [.. samples.Chunk(Stretch).Select(Power)];
        double least = loudness.Append(0).Max() * 1e-4;
        int first = Array.FindIndex(loudness, power => power > least), last = Array.FindLastIndex(loudness, power => power > least);
        return first < 0 ? new([]) : new(samples[(first * Stretch)..Math.Min(samples.Length, (last + 1) * Stretch)]);
    }

    /// <summary>The mean square of its samples.</summary>
    public static double Power(IReadOnlyCollection<float> values) =>
        values.Count == 0 ? 0 : values.Sum(value => (double)value * value) / values.Count;
}
