using System.Text.Unicode;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>One tensor as a safetensors header describes it, checked; offsets count from the end of the header.</summary>
internal sealed record SafetensorsEntry(
    string Name, TensorDataType DataType, string TypeName, long[] Shape, long ElementCount, long Begin, long End);

/// <summary>
/// The JSON header of a safetensors file, parsed strictly: whatever is not exactly one description of every tensor is refused.
/// Memory use is bounded by the length of the header itself.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The format's own limit, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    public const string MetadataName = "__metadata__";

    private readonly string _file;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<SafetensorsEntry> _entries = [];
    private Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string file) => _file = file;

    public List<SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses the text between the length and the data; checks each tensor by itself, not yet their places in the data.</summary>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> json)
    {
        var header = new SafetensorsHeader(file);
        if (!Utf8.IsValid(json))
            throw header.Fault("it isn't UTF-8 text");
        try
        {
            var reader = new Utf8JsonReader(json);
            header.ReadRoot(ref reader);
        }
        catch (JsonException e)
        {
            throw header.Fault("it isn't valid JSON", inner: e);
        }
        catch (InvalidOperationException e)
        {
            // The reader's answer to an escaped half of a surrogate pair.
            throw header.Fault("it holds text that isn't valid Unicode", inner: e);
        }

        return header;
    }

    /// <summary>Why a tensor can't have this name, or null.</summary>
    public static string? NameProblem(string name) =>
        name.Contains('\0') ? "the name holds a NUL character"
        : name.Contains("..", StringComparison.Ordinal) ? "the name holds \"..\""
        : null;

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Fault("it isn't a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name))
                throw Fault("the name is there twice", name);
            reader.Read();
            if (name == MetadataName)
                _metadata = ReadMetadata(ref reader);
            else
                _entries.Add(ReadEntry(ref reader, name));
        }

        reader.Read(); // Throws where more than white space follows.
    }

    private Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Fault("it isn't an object of strings", field: MetadataName);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            string printed = CheckpointFormatException.Printable(key);
            if (reader.TokenType != JsonTokenType.String)
                throw Fault($"the value of \"{printed}\" isn't a string", field: MetadataName);
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Fault($"\"{printed}\" is there twice", field: MetadataName);
        }

        return metadata;
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (NameProblem(name) is { } problem)
            throw Fault(problem, name, "name");
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Fault("its description isn't an object", name);

        string? type = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
                type = Once(type is null, name, "dtype") ? ReadDataType(ref reader, name) : null;
            else if (reader.ValueTextEquals("shape"u8))
                shape = Once(shape is null, name, "shape") ? ReadNumbers(ref reader, name, "shape") : null;
            else if (reader.ValueTextEquals("data_offsets"u8))
                offsets = Once(offsets is null, name, "data_offsets") ? ReadNumbers(ref reader, name, "data_offsets") : null;
            else
                reader.Skip();
        }

        if (type is null)
            throw Fault("it is missing", name, "dtype");
        if (shape is null)
            throw Fault("it is missing", name, "shape");
        if (offsets is null)
            throw Fault("it is missing", name, "data_offsets");
        if (offsets.Length != 2)
            throw Fault($"it has {offsets.Length} numbers, not 2", name, "data_offsets");
        if (offsets[1] < offsets[0])
            throw Fault($"the end {offsets[1]} is before the begin {offsets[0]}", name, "data_offsets");
        if (!TensorDataTypes.TryParse(type, out TensorDataType itsType))
            itsType = TensorDataType.Unknown;
        if (!TryCount(shape, itsType.Size(), out long elements, out long bytes))
            throw Fault("the number of bytes overflows 64 bits", name, "shape");
        long span = offsets[1] - offsets[0];
        if (itsType != TensorDataType.Unknown && span != bytes)
            throw Fault($"it spans {span} bytes, but dtype and shape need {bytes}", name, "data_offsets");
        // Of a type that isn't known, values take from one bit to 16 bytes.
        if (itsType == TensorDataType.Unknown && ((Int128)span * 8 < elements || span > (Int128)elements * 16))
            throw Fault($"it spans {span} bytes, which no type needs for {elements} values", name, "data_offsets");
        return new(name, itsType, type, shape, elements, offsets[0], offsets[1]);
    }

    private bool Once(bool first, string name, string field) => first ? true : throw Fault("it is there twice", name, field);

    private string ReadDataType(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
            throw Fault("it isn't a string", name, "dtype");
        return reader.GetString()!;
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string field)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Fault("it isn't an array", name, field);
        var numbers = new List<long>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number)
                throw Fault("it holds something other than numbers", name, field);
            if (reader.ValueSpan[0] == (byte)'-')
                throw Fault("it holds a negative number", name, field);
            if (!reader.TryGetInt64(out long number))
                throw Fault("it holds a number that isn't a whole one below 2^63", name, field);
            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>The values and bytes of a shape; false where either overflows.</summary>
    public static bool TryCount(ReadOnlySpan<long> shape, int size, out long elements, out long bytes)
    {
        elements = 1;
        bytes = 0;
        foreach (long dimension in shape)
        {
            Int128 product = (Int128)elements * dimension;
            if (product > long.MaxValue)
                return false;
            elements = (long)product;
        }

        bytes = unchecked(elements * size);
        return elements <= long.MaxValue / size;
    }

    private CheckpointFormatException Fault(string reason, string? tensor = null, string? field = null, Exception? inner = null) =>
        new(_file, reason, SafetensorsFile.Damaged, tensor, field ?? (tensor is null ? "header" : null), inner);
}
