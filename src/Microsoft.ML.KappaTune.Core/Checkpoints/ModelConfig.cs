namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The architecture facts in a checkpoint's <c>config.json</c> that a scan reports, whatever the family calls them.</summary>
internal sealed class ModelConfig
{
    public const string FileName = "config.json";

    private readonly JsonField _text;

    private ModelConfig(JsonField root)
    {
        (Path, Root) = (root.File, root.Element);
        // Models of several modalities describe their language model in an object of its own.
        JsonField text = root.Find("text_config") is { Kind: JsonValueKind.Object } nested ? nested : root;
        _text = text;
        ModelType = root.Find("model_type")?.Text();
        Architectures = [.. root.Find("architectures")?.Items().Select(name => name.Text()) ?? []];
        LayerCount = Number(text, "num_hidden_layers", "n_layers", "n_layer", "num_layers");
        ExpertCount = Number(text, "num_experts", "num_local_experts", "n_routed_experts");
        TiesWordEmbeddings = root.Find("tie_word_embeddings")?.Flag();
    }

    public string Path { get; }

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

    /// <summary>The length of a hidden state; null where the file doesn't say.</summary>
    /// <exception cref="CheckpointFormatException">It has the wrong type.</exception>
    public long? HiddenSize => Number(_text, "hidden_size");

    /// <summary>
    /// How long a token's queries of all heads are, and its keys, or values; null where the file doesn't say, or not in the usual fields.
    /// </summary>
    /// <exception cref="CheckpointFormatException">One of them has the wrong type.</exception>
    public (long Query, long Key)? AttentionSizes()
    {
        if (Number(_text, "num_attention_heads") is not { } heads || heads == 0)
            return null;
        long? size = Number(_text, "head_dim") ?? (HiddenSize % heads == 0 ? HiddenSize / heads : null);
        return size > 0 ? (heads * size.Value, (Number(_text, "num_key_value_heads") ?? heads) * size.Value) : null;
    }

    /// <exception cref="CheckpointFormatException">The file is unreadable or one of these facts has the wrong type.</exception>
    public static ModelConfig Read(string path) => new(JsonField.Read(path));

    /// <summary>One that isn't in a file of its own.</summary>
    /// <exception cref="CheckpointFormatException">One of these facts has the wrong type.</exception>
    public static ModelConfig From(JsonField root) => new(root);

    /// <summary>The number under the first of its spellings that is there.</summary>
    private static int? Number(JsonField parent, params string[] spellings) =>
        spellings.Select(parent.Find).FirstOrDefault(field => field is not null)?.Whole();
}
