using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Audio;

/// <summary>What comes before the samples of a WAV file: chunks that say how long they are, and so where the next one begins.</summary>
/// <param name="Format">What the samples are.</param>
/// <param name="DataStart">The first sample's place in the file.</param>
/// <param name="DataLength">Bytes of all samples, which the file has.</param>
internal readonly record struct WaveHeader(WaveFormat Format, long DataStart, long DataLength)
{
    public const string Damaged = "The file is damaged or incomplete: copy, record or convert it again.";

    private const string ConvertIt = "Convert it to WAV, for example with \"ffmpeg -i FILE NEW.wav\".";

    private const int StartLength = 12, ChunkStartLength = 8;

    // Programs write a handful; a file of nothing but tiny ones would be walked through for hours.
    private const int MostChunks = 1000;

    /// <param name="path">The file, for messages.</param>
    /// <param name="stream">The file, at its beginning.</param>
    /// <exception cref="AudioFormatException">It is no WAV file, or what it says can't be true.</exception>
    public static WaveHeader Read(string path, Stream stream)
    {
        long length = stream.Length, end = ReadEnd(path, stream);
        WaveFormat? format = null;
        Span<byte> start = stackalloc byte[ChunkStartLength], chunk = stackalloc byte[WaveFormat.LongestChunk];
        long place = StartLength;
        for (int chunks = 0; place + ChunkStartLength <= Math.Min(end, length); chunks++)
        {
            if (chunks == MostChunks)
                throw new AudioFormatException(path, $"there are more than {MostChunks} chunks before the samples", Damaged);
            stream.Position = place;
            stream.ReadExactly(start);
            string name = Encoding.Latin1.GetString(start[..4]).TrimEnd(' ');
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
            long first = place + ChunkStartLength;
            if (first + size > length)
                throw Truncated(path, $"{CheckpointFormatException.Printable(name)} size", size, length - first);
            if (name == "data")
            {
                if (first + size > end)
                    throw new AudioFormatException(path, $"by it the file ends at byte {end}, within its samples", Damaged, "RIFF size");
                return new(format ?? throw new AudioFormatException(path, "there is none before the samples", Damaged, "fmt"), first, size);
            }

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

    /// <summary>Where the file ends by what it says itself.</summary>
    private static long ReadEnd(string path, Stream stream)
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
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        long end = ChunkStartLength + (long)size;
        // Some programs count the byte after a last chunk of an odd size, and don't write it.
        return end <= length + 1 ? end : throw Truncated(path, "RIFF size", size, length - ChunkStartLength);
    }

    private static AudioFormatException Truncated(string path, string field, uint says, long left) => says == uint.MaxValue
        ? new(path, "it is unknown, as a program leaves it that writes to a pipe", "Write the sound to a file instead.", field)
        : new(path, $"it says {says} bytes, and {left} are left: the file is truncated, or the size is wrong", Damaged, field);

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
