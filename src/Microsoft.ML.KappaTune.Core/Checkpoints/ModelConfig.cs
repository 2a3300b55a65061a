using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The architecture facts in a checkpoint's <c>config.json</c> that a scan reports, whatever the family calls them.</summary>
internal sealed class ModelConfig
{
    public const string FileName = "config.json";

    private ModelConfig(string path, JsonElement root)
    {
        (Path, Root) = (path, root);
        // Models of several modalities describe their language model in an object of its own.
        JsonElement text = Given(root, "text_config") is { ValueKind: JsonValueKind.Object } nested ? nested : root;
        ModelType = Text(path, root, "model_type");
        Architectures = Texts(path, root, "architectures");
        LayerCount = Number(path, text, "num_hidden_layers", "n_layers", "n_layer", "num_layers");
        ExpertCount = Number(path, text, "num_experts", "num_local_experts", "n_routed_experts");
        TiesWordEmbeddings = Flag(path, root, "tie_word_embeddings");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All that it says.</summary>
    public JsonElement Root { get; }

    /// <summary>The family, such as <c>bert</c>; null where the file doesn't say.</summary>
    public string? ModelType { get; }

    /// <summary>The model classes, such as <c>BertForMaskedLM</c>.</summary>
    public IReadOnlyList<string> Architectures { get; }

    public int? LayerCount { get; }

    /// <summary>Routed experts a layer; null for dense models.</summary>
    public int? ExpertCount { get; }

    /// <summary>Whether the head shares the embeddings' weight; null where the file leaves it to the family's default.</summary>
    public bool? TiesWordEmbeddings { get; }

    /// <exception cref="CheckpointFormatException">The file is unreadable or one of these facts has the wrong type.</exception>
    public static ModelConfig Read(string path) => new(path, JsonFile.ReadObject(path));

    private static string? Text(string path, JsonElement parent, string name) => Given(parent, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Fault(path, name, "it isn't a string");

    private static IReadOnlyList<string> Texts(string path, JsonElement parent, string name)
    {
        if (Given(parent, name) is not { } list)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Fault(path, name, "it isn't a list of strings");
        return [.. list.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static int? Number(string path, JsonElement parent, params ReadOnlySpan<string> spellings)
    {
        foreach (string name in spellings)
        {
            if (Given(parent, name) is not { } value)
                continue;
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0
                ? number
                : throw Fault(path, name, "it isn't a whole number of 0 or more");
        }

        return null;
    }

    private static bool? Flag(string path, JsonElement parent, string name) => Given(parent, name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Fault(path, name, "it isn't true or false");

    private static JsonElement? Given(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static CheckpointFormatException Fault(string path, string field, string reason) =>
        new(path, reason, JsonFile.Remedy, field: field);
}
