namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of a configuration, checked as they are read; a field that is missing or null has its family's default.</summary>
/// <param name="root">The object that has the fields.</param>
internal sealed class ConfigFields(JsonField root)
{
    /// <summary>Far more than any model has, and few enough to list.</summary>
    public const int MaximumLayers = 1000;

    /// <summary>Opens a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it isn't an object.</exception>
    public static ConfigFields Read(string folderOrFile)
    {
        if (!Directory.Exists(folderOrFile))
            return new(JsonField.Read(folderOrFile));
        string file = new CheckpointFolder(folderOrFile).Find(ModelConfig.FileName) ?? throw new CheckpointFormatException(
            folderOrFile, $"the folder has no {ModelConfig.FileName}", RemedyOfNone(folderOrFile));
        return new(JsonField.Read(file));
    }

    /// <summary>Opens the configuration in the checkpoint's folder, or in that of its only file.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it isn't an object.</exception>
    public static ConfigFields Read(Checkpoint checkpoint) =>
        checkpoint.Config is { } config ? new(new(config.Path, "", config.Root)) : Read(checkpoint.Folder);

    /// <summary>A configuration that says nothing.</summary>
    public static ConfigFields None { get; } = new(new("", "", JsonSerializer.SerializeToElement(new object())));

    /// <summary>Refuses what a table of fields says.</summary>
    /// <exception cref="CheckpointFormatException">A refused field asks for what it is refused for.</exception>
    public void Check(FieldTable table) => table.Check(root.File, root.Element);

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => root.Find(name) is not null;

    /// <summary>Whether the field is null: there, but without a value.</summary>
    public bool IsNull(string name) => root.Element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>The fields of an object; null where there is none.</summary>
    public ConfigFields? Section(string name) => root.Find(name) is not { } value ? null
        : value.Kind == JsonValueKind.Object ? new(value) : throw value.Fault("it isn't an object");

    public int Count(string name, int byDefault, int most = int.MaxValue) => Whole(name, byDefault, 1, most);

    /// <summary>One that has no default.</summary>
    public int Count(string name) => root.Get(name).Whole(1, int.MaxValue);

    /// <summary>A whole number from 0 to below a count.</summary>
    public int Index(string name, int byDefault, int count) => Whole(name, byDefault, 0, count - 1);

    /// <summary>The id of a token, below a count; null where the file has null or, as old files do, -1.</summary>
    public int? Token(string name, int? byDefault, int count) => Tokens(name, byDefault is { } token ? [token] : [], count) switch
    {
        [] => null,
        [var id] => id,
        _ => throw Fault(name, "it isn't one number", JsonFile.Remedy),
    };

    /// <summary>The ids of one token or of several, below a count; none where the file says so.</summary>
    public IReadOnlyList<int> Tokens(string name, IReadOnlyList<int> byDefault, int count)
    {
        if (root.Find(name) is not { } value)
            return root.Has(name) ? [] : byDefault;
        JsonElement[] ids = value.Kind == JsonValueKind.Array ? [.. value.Element.EnumerateArray()] : [value.Element];
        int[] numbers = [.. ids.Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) ? number : count)];
        return numbers is [-1] ? [] : numbers.All(id => id >= 0 && id < count)
            ? numbers
            : throw value.Fault($"it isn't a whole number from 0 to {count - 1}");
    }

    /// <summary>Whole numbers from 0 to below a count; none where the file has no such field.</summary>
    public IReadOnlyList<int> Indices(string name, int count)
    {
        if (root.Find(name) is not { } value)
            return [];
        string reason = $"it isn't a list of whole numbers from 0 to {count - 1}";
        return value.Kind != JsonValueKind.Array ? throw value.Fault(reason)
            : [.. value.Element.EnumerateArray().Select(item =>
                item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) && number >= 0 && number < count
                    ? number : throw value.Fault(reason))];
    }

    public double Probability(string name, double byDefault) =>
        Number(name, byDefault, value => value is >= 0 and < 1, "it isn't a number from 0 to below 1");

    public double Positive(string name, double byDefault) =>
        Number(name, byDefault, value => value > 0 && double.IsFinite(value), "it isn't a positive number");

    /// <summary>One that has no default.</summary>
    public double Positive(string name)
    {
        root.Get(name);
        return Positive(name, 1);
    }

    public double NotNegative(string name, double byDefault) =>
        Number(name, byDefault, value => value >= 0 && double.IsFinite(value), "it isn't a number of 0 or more");

    /// <summary>A list of so many positive numbers, which has no default.</summary>
    public IReadOnlyList<double> Numbers(string name, int count)
    {
        JsonField list = root.Get(name);
        double[] numbers = [.. list.Items().Select(item => item.Number())];
        return numbers.Length == count && numbers.All(number => number > 0)
            ? numbers
            : throw list.Fault($"it isn't a list of {count} positive numbers");
    }

    /// <summary>A list of so many texts; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string name, int count)
    {
        if (root.Find(name) is not { } list)
            return null;
        string[] texts = [.. list.Items().Select(item => item.Text())];
        return texts.Length == count ? texts : throw list.Fault($"it has {texts.Length} entries instead of {count}");
    }

    public bool Flag(string name, bool byDefault) => root.Flag(name, byDefault);

    public string? Text(string name, string? byDefault) => root.Find(name)?.Text() ?? byDefault;

    public CheckpointFormatException Fault(string field, string reason, string remedy) => root.FaultOf(field, reason, remedy);

    private int Whole(string name, int byDefault, int least, int most) => root.Find(name)?.Whole(least, most) ?? byDefault;

    private double Number(string name, double byDefault, Func<double, bool> isValid, string reason) => root.Find(name) is not { } value
        ? byDefault
        : value.Kind == JsonValueKind.Number && value.Element.TryGetDouble(out double number) && isValid(number)
            ? number
            : throw value.Fault(reason);

    /// <summary>A GGUF file has the configuration in it.</summary>
    private static string RemedyOfNone(string folder) =>
        Directory.EnumerateFiles(folder, "*.gguf").Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault() is { } gguf
            ? $"Name its GGUF file itself, {Path.Combine(folder, gguf)}."
            : "Take it from the model's repository.";
}
