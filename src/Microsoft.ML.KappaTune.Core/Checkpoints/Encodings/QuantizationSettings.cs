namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// What the files beside the weights say of their quantisation: <c>quantization_config</c> of <c>config.json</c>, or older tools' files.
/// </summary>
internal sealed record QuantizationSettings
{
    private const string GptqFile = "quantize_config.json", AwqFile = "quant_config.json";

    /// <summary>Such as <c>gptq</c>; null where no file says.</summary>
    public string? Method { get; private init; }

    public int? Bits { get; private init; }

    /// <summary>Inputs that share a scale and a zero point; null where the files don't say, or all inputs share one.</summary>
    public int? GroupSize { get; private init; }

    /// <summary>GPTQ's, which tells its versions apart.</summary>
    public string? CheckpointFormat { get; private init; }

    /// <summary>AWQ's, which tells layouts apart.</summary>
    public string? Version { get; private init; }

    /// <summary>Rows and columns of a block with a scale of its own.</summary>
    public (long Rows, long Columns)? Block { get; private init; }

    /// <exception cref="CheckpointFormatException">A file is there, and isn't valid JSON.</exception>
    public static QuantizationSettings Read(CheckpointFolder folder)
    {
        if (Find(ModelConfig.FileName) is { } config)
        {
            foreach (string field in (string[])["quantization_config", "quantization", "compression_config"])
            {
                if (config.TryGetProperty(field, out JsonElement settings) && settings.ValueKind == JsonValueKind.Object)
                    return Parse(settings, null);
            }
        }

        return Find(GptqFile) is { } gptq ? Parse(gptq, "gptq") : Find(AwqFile) is { } awq ? Parse(awq, "awq") : new();

        JsonElement? Find(string name) => folder.Find(name) is { } path ? JsonFile.ReadObject(path) : null;
    }

    private static QuantizationSettings Parse(JsonElement settings, string? method) => new()
    {
        Method = Text(settings, "quant_method") ?? method,
        Bits = Number(settings, "bits") ?? Number(settings, "w_bit"),
        GroupSize = (Number(settings, "group_size") ?? Number(settings, "q_group_size")) is > 0 and var size ? size : null,
        CheckpointFormat = Text(settings, "checkpoint_format"),
        Version = Text(settings, "version"),
        Block = BlockOf(settings),
    };

    private static (long, long)? BlockOf(JsonElement settings) =>
        settings.TryGetProperty("weight_block_size", out JsonElement size)
        && size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2
        && size[0].ValueKind == JsonValueKind.Number && size[0].TryGetInt64(out long rows) && rows > 0
        && size[1].ValueKind == JsonValueKind.Number && size[1].TryGetInt64(out long columns) && columns > 0
            ? (rows, columns)
            : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.ToLowerInvariant()
            : null;

    private static int? Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : null;
}
