namespace Microsoft.ML.KappaTune.IO;

/// <summary>The small JSON files beside the weights, read whole; duplicate names in any object are refused.</summary>
internal static class JsonFile
{
    /// <summary>The largest real index is a few megabytes; nothing here needs more.</summary>
    private const long MaxLength = 100_000_000;

    /// <exception cref="CheckpointFormatException">The file is unreadable, too large, not JSON, or not a JSON object.</exception>
    public static JsonElement ReadObject(string path) => Read(path, JsonValueKind.Object);

    /// <exception cref="CheckpointFormatException">The file is unreadable, too large, not JSON, or not a JSON array.</exception>
    public static JsonElement ReadArray(string path) => Read(path, JsonValueKind.Array);

    private static JsonElement Read(string path, JsonValueKind kind)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length > MaxLength)
                throw new CheckpointFormatException(path, $"the file has {length} bytes, more than the limit of {MaxLength}", Remedy);
            return Parse(path, File.ReadAllBytes(path), kind);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CheckpointFormatException.Unreadable(path, e);
        }
    }

    /// <summary>Parses a file's bytes; the path is for messages.</summary>
    /// <exception cref="CheckpointFormatException">They are not JSON, or not a JSON object.</exception>
    public static JsonElement ParseObject(string path, ReadOnlyMemory<byte> bytes) => Parse(path, bytes, JsonValueKind.Object);

    private static JsonElement Parse(string path, ReadOnlyMemory<byte> bytes, JsonValueKind kind)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(WithoutMark(bytes));
            if (document.RootElement.ValueKind != kind)
            {
                throw new CheckpointFormatException(
                    path, $"the file isn't a JSON {(kind == JsonValueKind.Object ? "object" : "array")}", Remedy);
            }

            Check(path, document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointFormatException(path, "the file isn't valid JSON", Remedy, innerException: e);
        }
    }

    /// <summary>The bytes behind the mark that some editors on Windows put before UTF-8 text, which JSON itself doesn't know.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes[MarkLength(bytes.Span)..];

    /// <summary>The length of that mark; 0 where there is none.</summary>
    public static int MarkLength(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? 3 : 0;

    public const string Remedy = "The file is damaged: take it from the model's repository again.";

    /// <summary>Refuses what the parser lets pass: duplicate names, and strings that aren't Unicode, which would throw when read.</summary>
    private static void Check(string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    Check(path, item);
                break;
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    string name = property.Name;
                    if (!names.Add(name))
                        throw new CheckpointFormatException(path, "the name is there twice", Remedy, field: name);
                    Check(path, property.Value);
                }

                break;
        }
    }
}
