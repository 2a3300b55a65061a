namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A GGUF file, mapped: opening it reads the header and nothing else. Dispose it after the last tensor was read.</summary>
internal sealed class GgufFile : IDisposable
{
    public const string Extension = ".gguf";

    private const uint Magic = 0x46554747;
    private const int LeastEntryBytes = 13, LeastTensorBytes = 24, MostDimensions = 4, DefaultAlignment = 32, MostAlignment = 1 << 20;
    private readonly MappedFile _map;

    private GgufFile(MappedFile map, Dictionary<string, object> metadata, GgufTensor[] tensors) =>
        (_map, Metadata, Tensors) = (map, new(map.Path, metadata), tensors);

    public string Path => _map.Path;

    public GgufMetadata Metadata { get; }

    /// <summary>In the order of their data.</summary>
    public IReadOnlyList<GgufTensor> Tensors { get; }

    public GgufTensor? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    /// <exception cref="CheckpointFormatException">The file is missing, unreadable or not a valid GGUF file.</exception>
    public static GgufFile Open(string path)
    {
        MappedFile map = MappedFile.Open(path, LeastTensorBytes, GgufReader.Damaged);
        try
        {
            return Read(map);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    public void Dispose() => _map.Dispose();

    private static GgufFile Read(MappedFile map)
    {
        var reader = new GgufReader(map);
        if (reader.UInt32("magic") != Magic)
            throw WrongMagic(map, reader);
        uint version = reader.UInt32("version");
        if (version is not (2 or 3))
            throw reader.Error("version", $"it is {version}; read are 2 and 3, in little-endian order");
        int tensorCount = reader.Count("tensor count", LeastTensorBytes);
        int entryCount = reader.Count("metadata count", LeastEntryBytes);

        var metadata = new Dictionary<string, object>();
        for (int i = 0; i < entryCount; i++)
        {
            string key = reader.Text("metadata key");
            if (!metadata.TryAdd(key, reader.Value(key)))
                throw reader.Error(key, "it is there twice");
        }

        long alignment = Alignment(reader, metadata);
        var found = new List<(string Name, GgufType Type, long[] Shape, long Elements, ulong Offset)>();
        var names = new HashSet<string>();
        for (int i = 0; i < tensorCount; i++)
        {
            string name = reader.Text("tensor name");
            if (!names.Add(name))
                throw reader.Error("name", "it is there twice", name);
            (long[] shape, long elements) = Shape(ref reader, name);
            uint number = reader.UInt32("type");
            GgufType type = GgufType.Find(number) ?? throw new CheckpointFormatException(
                map.Path, $"the type {GgufType.NameOf(number)} isn't read", "Take a file of another quantisation, such as Q8_0 or Q4_K.",
                name, "type");
            if (shape[^1] % type.BlockValues != 0)
                throw reader.Error("dimensions", $"rows of {shape[^1]} aren't whole blocks of {type.BlockValues}", name);
            found.Add((name, type, shape, elements, reader.UInt64("offset")));
        }

        long dataStart = (reader.Position + alignment - 1) / alignment * alignment;
        return new(map, metadata, Place(map, reader, found, dataStart, alignment));
    }

    private static CheckpointFormatException WrongMagic(MappedFile map, GgufReader reader)
    {
        ReadOnlySpan<byte> start = map.Bytes(0, (int)Math.Min(UnsupportedFormat.StartLength, map.Length));
        const string Reason = "it isn't a GGUF file";
        return UnsupportedFormat.RemedyFor(start) is { } remedy ? new(map.Path, Reason, remedy) : reader.Error("magic", Reason);
    }

    private static long Alignment(GgufReader reader, Dictionary<string, object> metadata)
    {
        const string Key = "general.alignment";
        if (!metadata.TryGetValue(Key, out object? value))
            return DefaultAlignment;
        return value is uint alignment and > 0 and <= MostAlignment && alignment % 8 == 0
            ? alignment
            : throw reader.Error(Key, $"it is {value}, not a multiple of 8 up to {MostAlignment}");
    }

    /// <summary>The file has the innermost dimension first.</summary>
    private static (long[] Shape, long Elements) Shape(ref GgufReader reader, string name)
    {
        uint count = reader.UInt32("dimension count");
        if (count is 0 or > MostDimensions)
            throw reader.Error("dimension count", $"it is {count}; a tensor has 1 to {MostDimensions}", name);
        long[] shape = new long[count];
        ulong elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong length = reader.UInt64("dimensions");
            if (length == 0 || length > long.MaxValue / 8 / elements)
                throw reader.Error("dimensions", $"a dimension of {length} makes it empty or larger than any file", name);
            elements *= length;
            shape[i] = (long)length;
        }

        return (shape, (long)elements);
    }

    /// <summary>Tensors lie in the file, aligned, and share no byte.</summary>
    private static GgufTensor[] Place(
        MappedFile map,
        GgufReader reader,
        List<(string Name, GgufType Type, long[] Shape, long Elements, ulong Offset)> found,
        long dataStart,
        long alignment)
    {
        var tensors = new List<GgufTensor>();
        ulong dataLength = (ulong)Math.Max(0, map.Length - dataStart);
        foreach ((string name, GgufType type, long[] shape, long elements, ulong offset) in found)
        {
            if (offset % (ulong)alignment != 0)
                throw reader.Error("offset", $"{offset} isn't a multiple of the alignment {alignment}", name);
            ulong bytes = (ulong)(elements / type.BlockValues) * (ulong)type.BlockBytes;
            if (offset > dataLength || bytes > dataLength - offset)
                throw reader.Error("offset", $"{bytes} bytes from {offset} on are beyond the file's {dataLength} bytes of data", name);
            tensors.Add(new(map, name, type, shape, elements, dataStart + (long)offset));
        }

        tensors.Sort((a, b) => a.Begin.CompareTo(b.Begin));
        for (int i = 1; i < tensors.Count; i++)
        {
            if (tensors[i].Begin < tensors[i - 1].Begin + tensors[i - 1].ByteLength)
                throw reader.Error("offset", $"it overlaps the tensor \"{tensors[i - 1].Name}\"", tensors[i].Name);
        }

        return [.. tensors];
    }
}
