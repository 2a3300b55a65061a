namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// What the files beside the weights say of their quantisation: <c>quantization_config</c> of <c>config.json</c>, or older tools' files.
/// </summary>
internal sealed record QuantizationSettings
{
    private string _file = "";
    private JsonElement? _fields;

    /// <summary>Such as <c>gptq</c>; null where no file says.</summary>
    public string? Method { get; private init; }

    public int? Bits { get; private init; }

    /// <summary>Inputs that share a scale and a zero point; null where the files don't say, or all inputs share one.</summary>
    public int? GroupSize { get; private init; }

    /// <summary>GPTQ's, which tells its versions apart.</summary>
    public string? CheckpointFormat { get; private init; }

    /// <summary>Whether inputs are in groups in an order of their own, which only a tensor beside the codes tells.</summary>
    public bool OrdersInputs { get; private init; }

    /// <summary>AWQ's, which tells layouts apart.</summary>
    public string? Version { get; private init; }

    /// <summary>Rows and columns of a block with a scale of its own.</summary>
    public (long Rows, long Columns)? Block { get; private init; }

    /// <exception cref="CheckpointFormatException">A file is there, and isn't valid JSON.</exception>
    public static QuantizationSettings Read(CheckpointFolder folder)
    {
        if (folder.Find(ModelConfig.FileName) is { } file)
        {
            JsonElement config = JsonFile.ReadObject(file);
            foreach (string field in QuantizationFields.Objects)
            {
                if (config.TryGetProperty(field, out JsonElement settings) && settings.ValueKind == JsonValueKind.Object)
                    return Parse(file, settings, null);
            }
        }

        foreach ((string name, string method) in QuantizationFields.Files)
        {
            if (folder.Find(name) is { } path)
                return Parse(path, JsonFile.ReadObject(path), method);
        }

        return new();
    }

    /// <exception cref="CheckpointFormatException">A field says that a model computes otherwise than by the values of its weights.</exception>
    public void Check()
    {
        if (_fields is { } fields)
            QuantizationFields.Fields.Check(_file, fields);
    }

    private static QuantizationSettings Parse(string file, JsonElement settings, string? method) => new()
    {
        _file = file,
        _fields = settings,
        Method = Text(settings, "quant_method") ?? method,
        Bits = Number(settings, "bits") ?? Number(settings, "w_bit"),
        GroupSize = (Number(settings, "group_size") ?? Number(settings, "q_group_size")) is > 0 and var size ? size : null,
        CheckpointFormat = IsTrue(settings, "is_marlin_format") ? "marlin"
            : Text(settings, "checkpoint_format") ?? Text(settings, "format"),
        OrdersInputs = IsTrue(settings, "desc_act"),
        Version = Text(settings, "version") ?? Text(settings, "format"),
        Block = BlockOf(settings),
    };

    private static (long, long)? BlockOf(JsonElement settings) =>
        settings.TryGetProperty("weight_block_size", out JsonElement size)
        && size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2
        && size[0].ValueKind == JsonValueKind.Number && size[0].TryGetInt64(out long rows) && rows > 0
        && size[1].ValueKind == JsonValueKind.Number && size[1].TryGetInt64(out long columns) && columns > 0
            ? (rows, columns)
            : null;

    private static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.ToLowerInvariant()
            : null;

    private static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : null;
}
