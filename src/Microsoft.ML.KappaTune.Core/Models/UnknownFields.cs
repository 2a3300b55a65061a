using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Warnings of fields that are in no table: other programs may compute something else because of them. What is wrong with a file itself is
/// said by whoever reads it, so a file that can't be read has no warnings.
/// </summary>
internal static class UnknownFields
{
    /// <summary>A warning a field, of the files that a model has, or of a GGUF file.</summary>
    public static IReadOnlyList<string> OfModel(Checkpoint checkpoint) => checkpoint.Gguf is { } gguf
        ?
        [
            .. gguf.UnknownKeys.Select(key => Warning(checkpoint.Path, key)),
            .. TokenizerBesideGguf.Find(gguf.Metadata) is { } beside
                ? In(Path.GetDirectoryName(beside)!, TokenizerJsonFields.FileName, TokenizerJsonFields.Unknown)
                : [],
        ]
        : OfModel(checkpoint.Folder);

    /// <summary>A warning a field, of the files that a model's folder has.</summary>
    public static IReadOnlyList<string> OfModel(string folder) =>
    [
        .. In(folder, ModelConfig.FileName, OfConfig),
        .. QuantizationFields.Files.SelectMany(file => In(folder, file.Name, QuantizationFields.Fields.Unknown)),
        .. In(folder, TokenizerJsonFields.FileName, TokenizerJsonFields.Unknown),
        .. In(folder, TokenizerConfigFields.ConfigFile, TokenizerConfigFields.Config.Unknown),
        .. In(folder, TokenizerConfigFields.SpecialTokensMapFile, TokenizerConfigFields.SpecialTokensMap.Unknown),
        .. In(folder, GenerationConfigFields.FileName, GenerationConfigFields.Fields.Unknown),
        .. In(folder, SentenceEncoderFields.SettingsFile, SentenceEncoderFields.Settings.Unknown),
        .. In(folder, SentenceEncoderFields.EncoderFile, SentenceEncoderFields.Encoder.Unknown),
    ];

    /// <summary>A warning a field of an adapter's configuration.</summary>
    public static IReadOnlyList<string> OfAdapter(string folder) =>
        [.. In(folder, AdapterConfigFields.FileName, AdapterConfigFields.Fields.Unknown)];

    private static IEnumerable<string> In(string folder, string name, Func<JsonElement, IEnumerable<string>> unknown)
    {
        try
        {
            return new CheckpointFolder(folder).Find(name) is { } file
                ? [.. unknown(JsonFile.ReadObject(file)).Select(field => Warning(file, field))]
                : [];
        }
        catch (CheckpointFormatException)
        {
            return [];
        }
    }

    private static string Warning(string file, string field) =>
        $"{file}, {CheckpointFormatException.Printable(field)}: it isn't known and has no effect here.";

    /// <summary>A model of no family here can only be scanned, for which its tensors say all.</summary>
    private static IEnumerable<string> OfConfig(JsonElement root) =>
        root.TryGetProperty("model_type", out JsonElement type) && type.ValueKind == JsonValueKind.String
        && ModelFamilies.Find(type.GetString()) is { } family ? OfConfig(root, family.Fields) : [];

    private static IEnumerable<string> OfConfig(JsonElement root, FieldTable fields)
    {
        string[] unknown = [.. fields.Unknown(root)];
        // Where a family knows such an object, its fields are known as well, be they in one for each kind of layer.
        return unknown.Concat(RotaryScaling.Sections.Except(unknown).SelectMany(section => OfRotary(root, section)))
            .Concat(QuantizationFields.UnknownIn(root));
    }

    private static IEnumerable<string> OfRotary(JsonElement parent, string section) =>
        !parent.TryGetProperty(section, out JsonElement value) || value.ValueKind != JsonValueKind.Object ? []
        : RotaryScaling.Fields.Unknown(value)
            .SelectMany(name => RotaryScaling.LayerKinds.Contains(name) ? OfRotary(value, name) : [name])
            .Select(name => $"{section}.{name}");
}
