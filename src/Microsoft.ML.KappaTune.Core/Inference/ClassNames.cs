using System.Globalization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>The names of a classifier's outputs in its <c>config.json</c>.</summary>
internal static class ClassNames
{
    private const string IdToLabel = "id2label", LabelToId = "label2id";

    private const string Remedy = "Name each of the classes once: {\"0\": \"a name\", \"1\": \"another\"}.";

    /// <summary>Refuses classifiers that give a text several labels or a number: their outputs aren't probabilities of classes.</summary>
    /// <exception cref="CheckpointFormatException">The configuration asks for such scores.</exception>
    public static void CheckTask(ModelConfig? config)
    {
        if (config is not null)
            ModelConfigFields.ClassifierHead.Check(config.Path, config.Root);
    }

    /// <summary>
    /// The names, in the outputs' order: from <c>id2label</c>, else from <c>label2id</c>, else LABEL_0 and so on, as transformers has it;
    /// which also writes such into <c>id2label</c> where only <c>label2id</c> was given names.
    /// </summary>
    /// <param name="config">The configuration; null for none.</param>
    /// <param name="isAdapters">Whether an adapter may have replaced the head that the configuration is about.</param>
    /// <exception cref="CheckpointFormatException">There are names, but not one for each output, or some are equal.</exception>
    public static string[] Read(ModelConfig? config, int count, bool isAdapters)
    {
        if (config is null)
            return AllNumbered(count);
        (string Field, SortedDictionary<int, string> Names)? given = null;
        if (Given(config, IdToLabel) is { } ids)
            given = (IdToLabel, ById(config, ids));
        if ((given is null || AreNumbered(given.Value.Names)) && Given(config, LabelToId) is { } labels
            && ByLabel(config, labels) is { Count: > 0 } named && (given is null || !AreNumbered(named)))
            given = (LabelToId, named);
        if (given is not var (field, names) || names.Count == 0)
            return AllNumbered(count);
        // transformers writes names of two classes where nobody gave any; and an adapter's head has classes of its own.
        if (isAdapters && names.Count != count && AreNumbered(names))
            return AllNumbered(count);
        if (!names.Keys.SequenceEqual(Enumerable.Range(0, count)))
        {
            string numbers = names.Count > 12 ? $"{names.Count} classes" : $"the classes {string.Join(", ", names.Keys)}";
            throw Fault(config, field, $"it names {numbers}, but the head has the outputs 0 to {count - 1}");
        }

        CheckDistinct(names.Values, reason => Fault(config, field, reason));
        return [.. names.Values];
    }

    /// <summary>Equal names would be taken for one class wherever a class is told by its name.</summary>
    public static void CheckDistinct(IEnumerable<string> names, Func<string, Exception> fault)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            int number = numbers.Count;
            if (!numbers.TryAdd(name, number))
                throw fault($"the classes {numbers[name]} and {number} are both called {Quoted(name)}");
        }
    }

    /// <summary>An object of names by number, or a list of them.</summary>
    private static SortedDictionary<int, string> ById(ModelConfig config, JsonElement given)
    {
        var names = new SortedDictionary<int, string>();
        if (given.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement name in given.EnumerateArray())
                names.Add(names.Count, Name(config, name));
            return names;
        }

        foreach (JsonProperty entry in Entries(config, IdToLabel, given))
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || !names.TryAdd(id, Name(config, entry.Value)))
                throw Fault(config, IdToLabel, $"{Quoted(entry.Name)} isn't the number of a class, or is there twice");
        }

        return names;
    }

    private static SortedDictionary<int, string> ByLabel(ModelConfig config, JsonElement given)
    {
        var names = new SortedDictionary<int, string>();
        foreach (JsonProperty entry in Entries(config, LabelToId, given))
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id) || id < 0)
                throw Fault(config, LabelToId, $"{Quoted(entry.Name)} has no number of a class");
            if (!names.TryAdd(id, entry.Name))
                throw Fault(config, LabelToId, $"the class {id} is called both {Quoted(names[id])} and {Quoted(entry.Name)}");
        }

        return names;
    }

    private static IEnumerable<JsonProperty> Entries(ModelConfig config, string field, JsonElement given) =>
        given.ValueKind == JsonValueKind.Object ? given.EnumerateObject() : throw Fault(config, field, "it isn't an object of classes");

    /// <summary>A number is a name as well: some files have ratings.</summary>
    private static string Name(ModelConfig config, JsonElement name) => name.ValueKind switch
    {
        JsonValueKind.String when name.GetString()!.Length > 0 => name.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => name.GetRawText(),
        _ => throw Fault(config, IdToLabel, "a class has no name"),
    };

    private static JsonElement? Given(ModelConfig config, string field) =>
        config.Root.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string[] AllNumbered(int count) => [.. Enumerable.Range(0, count).Select(Numbered)];

    private static bool AreNumbered(SortedDictionary<int, string> names) => names.All(pair => pair.Value == Numbered(pair.Key));

    private static string Numbered(int id) => string.Create(CultureInfo.InvariantCulture, $"LABEL_{id}");

    private static string Quoted(string name) => $"\"{CheckpointFormatException.Printable(name)}\"";

    private static CheckpointFormatException Fault(ModelConfig config, string field, string reason) =>
        new(config.Path, reason, Remedy, field: field);
}
