namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// What a sentence encoder's folder says of its pooling, in the file where sentence-transformers keeps it, or what its GGUF file says.
/// </summary>
internal static class PoolingConfig
{
    /// <summary>The key of a GGUF file, behind its architecture.</summary>
    public const string Key = "pooling_type";

    /// <summary>Where the file lies in a model's folder.</summary>
    public const string Folder = "1_Pooling";

    /// <summary>The file's place in a model's folder.</summary>
    public static string FileName { get; } = Path.Combine(Folder, "config.json");

    /// <summary>Newer versions name one mode here; older ones have a field for each, of which one or more are true.</summary>
    private const string Mode = "pooling_mode", ModePrefix = "pooling_mode_";

    private static readonly Dictionary<string, EmbeddingPooling> Known = new(StringComparer.Ordinal)
    {
        ["mean"] = EmbeddingPooling.Mean,
        ["mean_tokens"] = EmbeddingPooling.Mean,
        ["cls"] = EmbeddingPooling.FirstToken,
        ["cls_token"] = EmbeddingPooling.FirstToken,
        ["lasttoken"] = EmbeddingPooling.LastToken,
    };

    /// <summary>Whether a folder is a sentence encoder's, whatever its pooling.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>The pooling that a folder names; null where it has no such file, as of a model that isn't a sentence encoder.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, or names a pooling that isn't supported.</exception>
    public static EmbeddingPooling? Find(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        string[] modes = [.. JsonFile.ReadObject(path).EnumerateObject().SelectMany(Named)];
        if (modes is [string mode] && Known.TryGetValue(mode, out EmbeddingPooling pooling))
            return pooling;
        throw new CheckpointFormatException(
            path,
            modes.Length == 0 ? "it names no pooling" : $"a pooling of {string.Join(" and ", modes)} isn't supported",
            "Use a sentence encoder that takes the mean of its tokens, the first of them or the last.",
            field: Mode);
    }

    /// <summary>The pooling that a GGUF file says; null where it says none.</summary>
    /// <exception cref="CheckpointFormatException">It says one that isn't supported.</exception>
    public static EmbeddingPooling? Find(GgufMetadata metadata) => metadata.FindWhole(metadata.Own(Key)) switch
    {
        // As llama.cpp numbers them.
        null or 0 => null,
        1 => EmbeddingPooling.Mean,
        2 => EmbeddingPooling.FirstToken,
        3 => EmbeddingPooling.LastToken,
        var other => throw metadata.Refuse(
            metadata.Own(Key), $"the pooling {other} isn't supported",
            "Use a model that takes the mean of its tokens, the first of them or the last, or name one in the option Pooling."),
    };

    private static IEnumerable<string> Named(JsonProperty property) => property switch
    {
        { Name: Mode, Value.ValueKind: JsonValueKind.String } => [property.Value.GetString()!],
        { Value.ValueKind: JsonValueKind.True } when property.Name.StartsWith(ModePrefix, StringComparison.Ordinal) =>
            [property.Name[ModePrefix.Length..]],
        _ => [],
    };
}
