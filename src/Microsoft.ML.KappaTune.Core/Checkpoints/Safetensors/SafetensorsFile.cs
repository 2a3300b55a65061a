using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A safetensors file, mapped: opening it reads the header and nothing else. Dispose it after the last view was used.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    public const string Damaged = "The file is damaged, incomplete or not written by a safetensors library: download or save it again.";

    private const int LengthBytes = 8;
    private readonly MappedFile _map;

    private SafetensorsFile(MappedFile map, SafetensorsHeader header, long dataStart)
    {
        _map = map;
        Metadata = header.Metadata;
        Tensors = [.. header.Entries.Select(entry => new TensorView(map, dataStart, entry))];
    }

    public string Path => _map.Path;

    /// <summary>In the order of their data, so that reading them one after the other reads the file from front to back.</summary>
    public IReadOnlyList<TensorView> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="CheckpointFormatException">The file is missing, unreadable or not a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        MappedFile map = MappedFile.Open(path, LengthBytes, Damaged);
        try
        {
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(map.Bytes(0, LengthBytes));
            if (headerLength == 0 || headerLength > SafetensorsHeader.MaxLength || (long)headerLength > map.Length - LengthBytes)
                throw WrongLength(map, headerLength);
            var header = SafetensorsHeader.Parse(path, map.Bytes(LengthBytes, (int)headerLength));
            long dataStart = LengthBytes + (long)headerLength;
            CheckPlaces(path, header.Entries, map.Length - dataStart);
            return new(map, header, dataStart);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    public void Dispose() => _map.Dispose();

    private static CheckpointFormatException WrongLength(MappedFile map, ulong length)
    {
        string reason = length == 0 ? "it is 0"
            : length > SafetensorsHeader.MaxLength ? $"it is {length} bytes, more than the format's limit of {SafetensorsHeader.MaxLength}"
            : $"it is {length} bytes, more than the file has";
        ReadOnlySpan<byte> start = map.Bytes(0, (int)Math.Min(UnsupportedFormat.StartLength, map.Length));
        if (UnsupportedFormat.RemedyFor(start) is not { } remedy)
            return new(map.Path, reason, Damaged, field: "header length");
        // Of another format, the number is something else.
        string actual = DocumentKind.Find(map.Path) is { } kind ? $"it is {kind.Name}; wanted are weights" : "it isn't a safetensors file";
        return new(map.Path, actual, remedy);
    }

    /// <summary>The tensors must cover the data exactly, each byte once: nothing hidden, nothing shared, nothing cut off.</summary>
    private static void CheckPlaces(string path, List<SafetensorsEntry> entries, long dataLength)
    {
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin)
            : a.End != b.End ? a.End.CompareTo(b.End)
            : string.CompareOrdinal(a.Name, b.Name));
        long covered = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            string? reason = entry.End > dataLength ? $"the end {entry.End} is beyond the file's {dataLength} bytes of data"
                : entry.Begin < covered ? $"the begin {entry.Begin} overlaps the tensor before it, which ends at {covered}"
                : entry.Begin > covered ? $"the begin {entry.Begin} leaves a hole behind the tensor before it, which ends at {covered}"
                : null;
            if (reason is not null)
                throw new CheckpointFormatException(path, reason, Damaged, entry.Name, "data_offsets");
            covered = entry.End;
        }

        if (covered < dataLength)
        {
            throw new CheckpointFormatException(
                path, $"{dataLength - covered} bytes after the last tensor belong to none", Damaged, field: "data_offsets");
        }
    }
}
