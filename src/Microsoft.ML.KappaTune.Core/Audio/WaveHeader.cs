using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>What comes before the samples of a WAV file: chunks that say how long they are, and so where the next one begins.</summary>
/// <param name="Format">What the samples are.</param>
/// <param name="DataStart">The first sample's place in the file.</param>
/// <param name="DataLength">Bytes of all samples, which the file has.</param>
/// <remarks>
/// Where the file ends is what the file system says; the RIFF size is only asked whether the samples go beyond it. A program that writes to
/// a pipe, or was interrupted, leaves sizes that say nothing: 0, all ones, or some number around 2 GB. Where both sizes are such, what is
/// there of the samples counts, to the end of the file.
/// </remarks>
internal readonly record struct WaveHeader(WaveFormat Format, long DataStart, long DataLength)
{
    public const string Damaged = "The file is damaged or incomplete: copy, record or convert it again.";

    private const string ConvertIt = "Convert it to WAV, for example with \"ffmpeg -i FILE NEW.wav\".";

    private const int StartLength = 12, ChunkStartLength = 8;

    // What stands for an unknown size around 2 GB: recorders and converters take the highest that they write, less their headers.
    private const uint LowestUnknown = 0x7FFFF000, HighestUnknown = 0x80001000;

    // Programs write a handful; a file of nothing but tiny ones would be walked through for hours.
    private const int MostChunks = 1000;

    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file, at its beginning.</param>
    /// <exception cref="AudioFormatException">It is no WAV file, or what it says can't be true.</exception>
    public static WaveHeader Read(string path, Stream stream)
    {
        long length = stream.Length;
        uint all = ReadSize(path, stream);
        bool isStreamed = IsUnknown(all);
        // Some programs count the byte after a last chunk of an odd size, and don't write it; others lose what follows the samples.
        long end = isStreamed ? length : Math.Min(ChunkStartLength + (long)all, length);
        WaveFormat? format = null;
        Span<byte> start = stackalloc byte[ChunkStartLength], chunk = stackalloc byte[WaveFormat.LongestChunk];
        long place = StartLength;
        for (int chunks = 0; place + ChunkStartLength <= end; chunks++)
        {
            if (chunks == MostChunks)
                throw new AudioFormatException(path, $"there are more than {MostChunks} chunks before the samples", Damaged);
            stream.Position = place;
            stream.ReadExactly(start);
            string name = Encoding.Latin1.GetString(start[..4]).TrimEnd(' ');
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
            long first = place + ChunkStartLength;
            if (name == "data")
            {
                WaveFormat of = format ?? throw new AudioFormatException(path, "there is none before the samples", Damaged, "fmt");
                // A size of all that ends before the samples was written before them, and never again.
                if (IsUnknown(size) && (isStreamed || end == first))
                    return new(of, first, (length - first) / of.FrameLength * of.FrameLength);
                if (first + size > length)
                    throw Truncated(path, name, size, length - first);
                if (first + size > end && end > first)
                    throw new AudioFormatException(path, $"by it the file ends at byte {end}, within its samples", Damaged, "RIFF size");
                return new(of, first, size);
            }

            if (first + size > length)
                throw Truncated(path, name, size, length - first);
            if (name == "fmt")
            {
                Span<byte> read = chunk[..(int)Math.Min(size, chunk.Length)];
                stream.ReadExactly(read);
                format = WaveFormat.Parse(path, read);
            }

            // A chunk of an odd size is followed by a byte that its size doesn't count.
            place = first + size + size % 2;
        }

        throw new AudioFormatException(path, $"there is no such chunk{(format is null ? ", nor a format" : "")}", Damaged, "data");
    }

    /// <summary>What the file says of its size, but for the first bytes.</summary>
    private static uint ReadSize(string path, Stream stream)
    {
        long length = stream.Length;
        if (length == 0)
            throw new AudioFormatException(path, "the file is empty", Damaged);
        Span<byte> start = stackalloc byte[StartLength];
        int count = (int)Math.Min(length, StartLength);
        stream.ReadExactly(start[..count]);
        if (!start.StartsWith("RIFF"u8) || (count == StartLength && !start.EndsWith("WAVE"u8)))
            throw new AudioFormatException(path, $"it is {KindOf(start)}, not a WAV file", ConvertIt);
        if (count < StartLength)
            throw new AudioFormatException(path, $"the file has {length} bytes, too few for a header", Damaged);
        return BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
    }

    private static bool IsUnknown(uint size) => size is 0 or uint.MaxValue or (>= LowestUnknown and <= HighestUnknown);

    private static AudioFormatException Truncated(string path, string chunk, uint says, long left) => new(
        path, $"it says {says} bytes, and {left} are left: the file is truncated, or the size is wrong", Damaged,
        $"{CheckpointFormatException.Printable(chunk)} size");

    private static string KindOf(ReadOnlySpan<byte> start) =>
        start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8) ? "a WAV file of the kind for more than 4 GB"
        : start.StartsWith("RIFX"u8) ? "a WAV file whose numbers begin with the highest byte"
        : start.StartsWith("fLaC"u8) ? "a FLAC file"
        : start.StartsWith("OggS"u8) ? "an Ogg file"
        : start.StartsWith("FORM"u8) ? "an AIFF file"
        : start.StartsWith("ID3"u8) || (start[0] == 0xFF && start[1] >= 0xE0) ? "an MP3 file"
        : start[4..].StartsWith("ftyp"u8) ? "an MP4 file"
        : "of an unknown kind";
}
