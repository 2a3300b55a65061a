using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>Stored samples to numbers, and several channels to one.</summary>
internal static class SampleConversion
{
    // Full scale is 1, and some programs take 32768 for it; a power of more than this squared is noise of a damaged file.
    private const float Largest = 1e9f;

    /// <param name="encoding">How they are stored.</param>
    /// <param name="bytes">As many as the values need, or more.</param>
    /// <param name="values">Where they go, -1 to 1 but for floating point, which stays as it is.</param>
    public static void ToSingle(SampleEncoding encoding, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (encoding)
        {
            case SampleEncoding.Unsigned8:
                for (int i = 0; i < values.Length; i++)
                    values[i] = (bytes[i] - 128) / 128f;
                break;
            case SampleEncoding.Signed16:
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32_768f;
                break;
            case SampleEncoding.Signed24:
                for (int i = 0; i < values.Length; i++)
                    values[i] = ((sbyte)bytes[3 * i + 2] * 65_536 + bytes[3 * i + 1] * 256 + bytes[3 * i]) / 8_388_608f;
                break;
            case SampleEncoding.Signed32:
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]) / 2_147_483_648f;
                break;
            case SampleEncoding.Float32:
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case SampleEncoding.Float64:
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null);
        }
    }

    /// <summary>The number of the first sample that isn't finite, or so large that it can be no sound; null where there is none.</summary>
    public static int? FirstUnusable(ReadOnlySpan<float> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            // Also where it isn't a number.
            if (!(MathF.Abs(samples[i]) <= Largest))
                return i;
        }

        return null;
    }

    /// <summary>The mean of all channels.</summary>
    /// <param name="values">Samples of all channels of one moment, then of the next.</param>
    /// <param name="channels">How many of them.</param>
    /// <param name="mixed">One for each moment.</param>
    public static void Mix(ReadOnlySpan<float> values, int channels, Span<float> mixed)
    {
        if (channels == 1)
        {
            values.CopyTo(mixed);
            return;
        }

        for (int i = 0; i < mixed.Length; i++)
        {
            float sum = 0;
            foreach (float value in values.Slice(i * channels, channels))
                sum += value;
            mixed[i] = sum / channels;
        }
    }
}
