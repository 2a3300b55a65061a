using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Audio;

/// <summary>WAV files byte by byte, good and bad ones.</summary>
internal static class WaveBytes
{
    public const int Pcm = 1, FloatingPoint = 3;

    /// <summary>A file of format and samples.</summary>
    public static byte[] Of(byte[] format, byte[] data) => File(Chunk("fmt ", format), Chunk("data", data));

    /// <summary>A file of one channel of 16 bits.</summary>
    public static byte[] Of(int rate, IEnumerable<double> samples) => Of(Format(Pcm, 1, rate, 16), Encode(Pcm, 16, samples));

    /// <summary>A file of chunks.</summary>
    public static byte[] File(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A chunk, with the byte behind an odd size.</summary>
    public static byte[] Chunk(string name, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(content.Length), .. content, .. new byte[content.Length % 2]];

    public static byte[] Format(int tag, int channels, long rate, int bits, int? block = null) =>
    [
        .. Short(tag), .. Short(channels), .. BitConverter.GetBytes((uint)rate),
        .. BitConverter.GetBytes((uint)(rate * channels * bits / 8)),
        .. Short(block ?? channels * bits / 8), .. Short(bits),
    ];

    public static byte[] Extensible(int tag, int channels, int rate, int bits, int validBits) =>
    [
        .. Format(0xFFFE, channels, rate, bits), .. Short(22), .. Short(validBits), .. BitConverter.GetBytes(0), .. Short(tag),
        0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
    ];

    public static byte[] Encode(int tag, int bits, IEnumerable<double> samples) =>
        [.. samples.SelectMany(sample => Encode(tag, bits, sample))];

    /// <summary>A tone, half as loud as can be.</summary>
    public static double[] Tone(int rate, double frequency, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Sin(2 * Math.PI * frequency * i / rate) / 2)];

    private static byte[] Encode(int tag, int bits, double sample) => (tag, bits) switch
    {
        (Pcm, 8) => [(byte)Math.Round(128 + 128 * sample)],
        (Pcm, 16) => BitConverter.GetBytes((short)Math.Round(32_768 * sample)),
        (Pcm, 24) => BitConverter.GetBytes((int)Math.Round(8_388_608 * sample))[..3],
        (Pcm, 32) => BitConverter.GetBytes((int)Math.Round(2_147_483_648 * sample)),
        (FloatingPoint, 32) => BitConverter.GetBytes((float)sample),
        _ => BitConverter.GetBytes(sample),
    };

    private static byte[] Short(int number) => BitConverter.GetBytes((ushort)number);
}
