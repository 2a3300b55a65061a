using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Reads options files: one JSON object, with comments and trailing commas as people write them.</summary>
public sealed class PretrainingOptionsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _path;
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private string? _field;
    private JsonElement _value;

    private PretrainingOptionsFile(string path) => _path = path;

    /// <exception cref="PretrainingOptionsException">The file isn't JSON, or a field in it is unknown or wrong.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PretrainingOptions Read(string path) => new PretrainingOptionsFile(path).Read();

    private PretrainingOptions Read()
    {
        if (DocumentKind.Find(_path) is { } other)
        {
            throw Fault(
                $"it is {other.Name}; wanted are options of pre-training", "Name a file with the fields of docs/pretraining-options.md.");
        }

        var options = new PretrainingOptions();
        var faults = new List<PretrainingOptionsException>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonFile.WithoutMark(File.ReadAllBytes(_path)), Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Fault("it isn't a JSON object", "Write the fields between { and }.");
            string[] names = [.. document.RootElement.EnumerateObject().Select(property => property.Name)];
            string[] unknown = [.. names.Distinct().Except(PretrainingOptionsText.Options.Keys)];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (unknown.Contains(property.Name))
                {
                    // All at once: what there is takes a long list.
                    if (property.Name == unknown[0] && _given.Add(property.Name))
                        faults.Add(Unknown(unknown));
                    continue;
                }

                try
                {
                    Set(options, property);
                }
                catch (PretrainingOptionsException e)
                {
                    faults.Add(e);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _field = null;
            throw Fault("it isn't valid JSON", "Write one JSON object in UTF-8.", e);
        }

        faults.AddRange(PretrainingOptionsCheck.Faults(options, [.. faults.Select(fault => fault.Field!)])
            .Select(fault => new PretrainingOptionsException(_path, fault.Field, fault.Reason, fault.Remedy)));
        return faults.Count == 0 ? options : throw PretrainingOptionsException.Join(faults);
    }

    private void Set(PretrainingOptions options, JsonProperty property)
    {
        (_field, _value) = (CheckpointFormatException.Printable(property.Name), property.Value);
        OptionInfo option = PretrainingOptionsText.Options[property.Name];
        if (!_given.Add(property.Name))
            throw Fault("it is there twice", "Remove one.");
        option.SetValueIn(options, ValueOf(option));
    }

    private object ValueOf(OptionInfo option)
    {
        if (option.Name == nameof(PretrainingOptions.Tokenizer))
            return Tokenizer(option);
        object? value = _value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False when option.Type == typeof(bool) => _value.GetBoolean(),
            JsonValueKind.Number when option.Type == typeof(int) => _value.TryGetInt32(out int number) ? number : null,
            JsonValueKind.Number when option.Type == typeof(double) => _value.TryGetDouble(out double number) ? number : null,
            JsonValueKind.String when option.Type.IsEnum => option.Words.GetValueOrDefault(_value.GetString()!),
            _ => null,
        };
        return value is not null && option.Allows(value) ? value : throw Wrong(PretrainingOptionsText.AllowedAs(option));
    }

    /// <summary>A folder's path is taken from where the file is.</summary>
    private string Tokenizer(OptionInfo option)
    {
        string text = _value.ValueKind == JsonValueKind.String ? _value.GetString()! : "";
        if (text is PretrainingOptions.WordPiece or PretrainingOptions.Bpe)
            return text;
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, text);
        return text.Length > 0 && Directory.Exists(folder)
            ? folder
            : throw Wrong(option.Allowed);
    }

    private PretrainingOptionsException Unknown(string[] names)
    {
        _field = PlainText.List(names);
        return Fault(
            names.Length == 1 ? "there is no such field" : "there are no such fields",
            $"There are {string.Join(", ", PretrainingOptionsText.Options.Keys)}.");
    }

    private PretrainingOptionsException Wrong(string allowed)
    {
        string text = _value.GetRawText();
        string shown = text.Length <= 60 ? CheckpointFormatException.Printable(text) : "what it is";
        return Fault($"{shown} isn't allowed", $"Allowed is {allowed}.");
    }

    private PretrainingOptionsException Fault(string reason, string remedy, Exception? cause = null) =>
        new(_path, _field, reason, remedy, cause);
}
