using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>What the chunk "fmt " of a WAV file says of its samples. Its bytes a second aren't used: they follow from the rest.</summary>
/// <param name="Encoding">How a sample is stored.</param>
/// <param name="Channels">Samples of one moment.</param>
/// <param name="SampleRate">Moments a second.</param>
/// <param name="FrameLength">Bytes of one moment.</param>
internal readonly record struct WaveFormat(SampleEncoding Encoding, int Channels, int SampleRate, int FrameLength)
{
    /// <summary>As much of the chunk as is read.</summary>
    public const int LongestChunk = 40;

    private const int ShortestChunk = 16;

    // More channels than any array of microphones has; rates below a telephone's, and above a studio's.
    private const int MostChannels = 64, LowestRate = 1000, HighestRate = 384_000;

    private const int Pcm = 1, FloatingPoint = 3, Extensible = 0xFFFE;

    private const string ConvertIt = "Convert it to PCM, for example with \"ffmpeg -i FILE -c:a pcm_s16le NEW.wav\".";

    /// <summary>What follows a format's number where its identifier has 16 bytes.</summary>
    private static ReadOnlySpan<byte> IdentifierEnd => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <param name="path">The file, for messages.</param>
    /// <param name="chunk">The chunk's first bytes, at most <see cref="LongestChunk"/>.</param>
    /// <exception cref="AudioFormatException">It is no format that is read.</exception>
    public static WaveFormat Parse(string path, ReadOnlySpan<byte> chunk)
    {
        Require(chunk.Length >= ShortestChunk, "fmt size", $"it is {chunk.Length} bytes, and a format has {ShortestChunk} at least");
        int tag = Number(chunk, 0), channels = Number(chunk, 2), frameLength = Number(chunk, 12), bits = Number(chunk, 14);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        string tagField = "wFormatTag";
        if (tag == Extensible)
        {
            Require(chunk.Length == LongestChunk, "fmt size", $"it is {chunk.Length} bytes, and an extensible format has {LongestChunk}");
            // Fewer valid bits than stored ones are the upper ones, so that the value is the same.
            int valid = Number(chunk, 18);
            Require(valid <= bits, "wValidBitsPerSample", $"it is {valid}, more than the {bits} of a sample");
            (tag, tagField) = (Number(chunk, 24), "SubFormat");
            Require(chunk[26..].SequenceEqual(IdentifierEnd), tagField, "it is none of the formats that WAV numbers", ConvertIt);
        }

        Require(tag is Pcm or FloatingPoint, tagField, $"it is {tag}{NameOf(tag)}, not PCM", ConvertIt);
        string read = tag == Pcm ? "8, 16, 24 and 32" : "32 and 64, as numbers are with a floating point";
        SampleEncoding? encoding = EncodingOf(tag, bits);
        Require(encoding is not null, "wBitsPerSample", $"it is {bits}; read are {read}", ConvertIt);
        Require(channels is > 0 and <= MostChannels, "nChannels", $"it is {channels}; read are 1 to {MostChannels}");
        Require(rate is >= LowestRate and <= HighestRate, "nSamplesPerSec", $"it is {rate}; read are {LowestRate} to {HighestRate}");
        int length = channels * bits / 8;
        Require(frameLength == length, "nBlockAlign", $"it is {frameLength}, and {channels} samples of {bits} bits take {length}");
        return new(encoding!.Value, channels, (int)rate, frameLength);

        void Require(bool holds, string field, string reason, string remedy = WaveHeader.Damaged)
        {
            if (!holds)
                throw new AudioFormatException(path, reason, remedy, field);
        }
    }

    private static int Number(ReadOnlySpan<byte> chunk, int place) => BinaryPrimitives.ReadUInt16LittleEndian(chunk[place..]);

    private static SampleEncoding? EncodingOf(int tag, int bits) => (tag, bits) switch
    {
        (Pcm, 8) => SampleEncoding.Unsigned8,
        (Pcm, 16) => SampleEncoding.Signed16,
        (Pcm, 24) => SampleEncoding.Signed24,
        (Pcm, 32) => SampleEncoding.Signed32,
        (FloatingPoint, 32) => SampleEncoding.Float32,
        (FloatingPoint, 64) => SampleEncoding.Float64,
        _ => null,
    };

    private static string NameOf(int tag) => tag switch
    {
        0x02 => " (Microsoft's ADPCM)",
        0x06 => " (A-law)",
        0x07 => " (mu-law)",
        0x11 => " (IMA's ADPCM)",
        0x31 => " (GSM 6.10)",
        0x50 => " (MPEG)",
        0x55 => " (MP3)",
        0xFF or 0x1610 => " (AAC)",
        _ => "",
    };
}
