using System.Buffers.Binary;

/// <summary>A picture of sound: time from left to right, frequency from below to above, loud is dark.</summary>
internal static class Spectrogram
{
    // Samples of a column's window and from one column to the next, and the rows, from 0 to 4000 Hz.
    private const int Window = 256, Hop = 80, Rows = 64, HeaderLength = 54 + 4 * 256;

    /// <summary>The bytes of a bitmap of 256 shades.</summary>
    public static byte[] Draw(Sound sound)
    {
        double[][] columns = [.. Enumerable.Range(0, Math.Max(1, (sound.Samples.Length - Window) / Hop + 1))
            .Select(column => Column(sound.Samples, column * Hop))];
        double loudest = columns.Max(column => column.Max());
        int stride = (columns.Length + 3) / 4 * 4;
        byte[] file = new byte[HeaderLength + stride * Rows];
        Span<byte> bytes = file;
        "BM"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[2..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[10..], HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[14..], 40);           // bytes of the second header
        BinaryPrimitives.WriteInt32LittleEndian(bytes[18..], columns.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[22..], Rows);         // from below to above
        BinaryPrimitives.WriteInt16LittleEndian(bytes[26..], 1);            // plane
        BinaryPrimitives.WriteInt16LittleEndian(bytes[28..], 8);            // bits of a pixel
        for (int shade = 0; shade < 256; shade++)
        {
            // From white by blue to black.
            bytes[54 + 4 * shade] = (byte)(255 - Math.Max(0, shade - 96) * 200 / 159);
            bytes[55 + 4 * shade] = bytes[56 + 4 * shade] = (byte)(255 - shade);
        }

        for (int column = 0; column < columns.Length; column++)
        {
            for (int row = 0; row < Rows; row++)
            {
                // 60 dB from white to black.
                double decibels = 10 * Math.Log10((columns[column][row] + 1e-12) / (loudest + 1e-12));
                bytes[HeaderLength + row * stride + column] = (byte)Math.Clamp(255 * (1 + decibels / 60), 0, 255);
            }
        }

        return file;
    }

    /// <summary>The power at each row's frequency, by a Fourier transform under a Hann window.</summary>
    private static double[] Column(float[] samples, int begin)
    {
        double[] column = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double angle = Math.PI * (row + 0.5) / Rows, real = 0, imaginary = 0;
            for (int i = 0; i < Window && begin + i < samples.Length; i++)
            {
                double value = samples[begin + i] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Window));
                real += value * Math.Cos(angle * i);
                imaginary += value * Math.Sin(angle * i);
            }

            column[row] = real * real + imaginary * imaginary;
        }

        return column;
    }
}
