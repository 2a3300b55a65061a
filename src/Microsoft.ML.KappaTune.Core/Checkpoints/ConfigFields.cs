using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of a configuration, checked as they are read; a field that is missing or null has its family's default.</summary>
/// <param name="source">The file, for messages.</param>
/// <param name="root">The object that has the fields.</param>
/// <param name="path">What names of fields begin with in messages: the path of an object within the file's, and a dot.</param>
internal sealed class ConfigFields(string source, JsonElement root, string path = "")
{
    /// <summary>Far more than any model has, and few enough to list.</summary>
    public const int MostLayers = 1000;

    /// <summary>Opens a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it isn't an object.</exception>
    public static ConfigFields Read(string folderOrFile)
    {
        if (!Directory.Exists(folderOrFile))
            return new(folderOrFile, JsonFile.ReadObject(folderOrFile));
        string file = new CheckpointFolder(folderOrFile).Find(ModelConfig.FileName) ?? throw new CheckpointFormatException(
            folderOrFile, $"the folder has no {ModelConfig.FileName}", "Take it from the model's repository.");
        return new(file, JsonFile.ReadObject(file));
    }

    /// <summary>Refuses what a table of fields says.</summary>
    /// <exception cref="CheckpointFormatException">A refused field asks for what it is refused for.</exception>
    public void Check(FieldTable? table) => table?.Check(source, root);

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => Given(name) is not null;

    /// <summary>The fields of an object; null where there is none.</summary>
    public ConfigFields? Section(string name) => Given(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new(source, value, $"{path}{name}.")
        : throw Fault(name, "it isn't an object", JsonFile.Remedy);

    public int Count(string name, int byDefault, int most = int.MaxValue) => Whole(name, byDefault, 1, most);

    /// <summary>One that has no default.</summary>
    public int Count(string name) => Require(name).Count(name, 1);

    /// <summary>The number of one of so many things.</summary>
    public int Index(string name, int byDefault, int count) => Whole(name, byDefault, 0, count - 1);

    /// <summary>The number of a token, of so many; null where the file says that there is none: by null, or by -1 as old files do.</summary>
    public int? Token(string name, int? byDefault, int count) => Tokens(name, byDefault is { } token ? [token] : [], count) switch
    {
        [] => null,
        [var id] => id,
        _ => throw Fault(name, "it isn't one number", JsonFile.Remedy),
    };

    /// <summary>The numbers of one token or of several, of so many; none where the file says so.</summary>
    public IReadOnlyList<int> Tokens(string name, IReadOnlyList<int> byDefault, int count)
    {
        if (!root.TryGetProperty(name, out JsonElement value))
            return byDefault;
        JsonElement[] ids = value.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => [.. value.EnumerateArray()],
            _ => [value],
        };
        int[] numbers = [.. ids.Select(Number)];
        return numbers is [-1] ? [] : numbers.All(id => id >= 0) ? numbers : throw OutOfRange();

        int Number(JsonElement id) =>
            id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) && number >= -1 && number < count ? number : throw OutOfRange();

        CheckpointFormatException OutOfRange() => Fault(name, $"it isn't a whole number from 0 to {count - 1}", JsonFile.Remedy);
    }

    public double Probability(string name, double byDefault) =>
        Number(name, byDefault, value => value is >= 0 and < 1, "it isn't a number from 0 to below 1");

    public double Positive(string name, double byDefault) =>
        Number(name, byDefault, value => value > 0 && double.IsFinite(value), "it isn't a positive number");

    /// <summary>One that has no default.</summary>
    public double Positive(string name) => Require(name).Positive(name, 1);

    public bool Flag(string name, bool byDefault) => Given(name) is not { } value ? byDefault
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Fault(name, "it isn't true or false", JsonFile.Remedy);

    public string? Text(string name, string? byDefault) => Given(name) is not { } value ? byDefault
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Fault(name, "it isn't a string", JsonFile.Remedy);

    public CheckpointFormatException Fault(string field, string reason, string remedy) => new(source, reason, remedy, field: path + field);

    private int Whole(string name, int byDefault, int least, int most)
    {
        if (Given(name) is not { } value)
            return byDefault;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Fault(name, $"it isn't a whole number from {least} to {most}", JsonFile.Remedy);
    }

    private double Number(string name, double byDefault, Func<double, bool> isValid, string reason)
    {
        if (Given(name) is not { } value)
            return byDefault;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && isValid(number)
            ? number
            : throw Fault(name, reason, JsonFile.Remedy);
    }

    private ConfigFields Require(string name) => Has(name) ? this : throw Fault(name, "it is missing", JsonFile.Remedy);

    private JsonElement? Given(string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;
}
