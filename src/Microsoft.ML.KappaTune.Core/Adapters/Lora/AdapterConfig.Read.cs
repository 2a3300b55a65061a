using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

internal sealed partial record AdapterConfig
{
    /// <exception cref="CheckpointFormatException">The file can't be read, a field is wrong, or it is another kind of adapter.</exception>
    public static AdapterConfig Read(string file)
    {
        var json = JsonField.Read(file);
        JsonElement root = json.Element;
        var fields = new ConfigFields(json);
        if (fields.Text("peft_type", null) is var type && type != Lora)
        {
            throw fields.Fault(
                "peft_type", type is null ? "it is missing" : $"it is \"{CheckpointFormatException.Printable(type)}\", not {Lora}",
                AdapterConfigFields.OtherAdapter);
        }

        AdapterConfigFields.Fields.Check(file, root);
        if (fields.Text("bias", "none") is not ("none" or "all" or "lora_only"))
            throw fields.Fault("bias", "it isn't none, all or lora_only", JsonFile.Remedy);
        return new()
        {
            Settings = new(
                fields.Count("r", 8), fields.Positive("lora_alpha", 8), fields.Probability("lora_dropout", 0),
                fields.Flag("use_rslora", false), fields.Flag("use_dora", false)),
            Ranks = [.. Pattern(fields, root, "rank_pattern", value => value.TryGetInt32(out int rank) && rank >= 1 ? rank : (int?)null)],
            Alphas = [.. Pattern(fields, root, "alpha_pattern", value =>
                value.TryGetDouble(out double alpha) && alpha > 0 && double.IsFinite(alpha) ? alpha : (double?)null)],
            Targets = ReadTargets(fields, root),
            Bias = fields.Text("bias", null) ?? "none",
            KeepsTies = fields.Flag("ensure_weight_tying", false),
            PeftVersion = ReadVersion(fields),
            BaseModel = fields.Text("base_model_name_or_path", null),
            Task = fields.Text("task_type", null),
        };
    }

    private static TargetModules ReadTargets(ConfigFields fields, JsonElement root)
    {
        (IReadOnlyList<string> targets, bool isPattern) = Names(fields, root, "target_modules");
        (IReadOnlyList<string> excluded, bool excludedIsPattern) = Names(fields, root, "exclude_modules");
        (IReadOnlyList<string> lists, _) = Names(fields, root, "layers_pattern");
        (IReadOnlyList<string> saved, _) = Names(fields, root, "modules_to_save");
        (IReadOnlyList<string> parameters, _) = Names(fields, root, "target_parameters");
        return targets.Count == 0 && parameters.Count == 0
            ? throw fields.Fault("target_modules", "it is missing or empty", "Add the names of the layers that the adapter has.")
            : new()
            {
                Targets = targets,
                IsPattern = isPattern,
                Parameters = parameters,
                Excluded = excluded,
                ExcludedIsPattern = excludedIsPattern,
                LayerLists = lists,
                LayerNumbers = Layers(fields, root),
                ModulesToSave = saved,
            };
    }

    /// <summary>Of a version such as 0.18.2.dev0 the numbers; null for anything else.</summary>
    private static Version? ReadVersion(ConfigFields fields) =>
        Version.TryParse(VersionNumbers().Match(fields.Text("peft_version", null) ?? "").Value, out Version? version) ? version : null;

    /// <summary>A list of names, or one string.</summary>
    private static (IReadOnlyList<string> Names, bool IsString) Names(ConfigFields fields, JsonElement root, string field)
    {
        if (Given(root, field) is not { } value)
            return ([], false);
        if (value.ValueKind == JsonValueKind.String)
            return ([value.GetString()!], true);
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw fields.Fault(field, "it is neither a string nor a list of strings", JsonFile.Remedy);
        return ([.. value.EnumerateArray().Select(item => item.GetString()!)], false);
    }

    /// <summary>A list of layers' numbers, or one; an empty list restricts nothing, as in PEFT.</summary>
    private static int[]? Layers(ConfigFields fields, JsonElement root)
    {
        const string Field = "layers_to_transform";
        if (Given(root, Field) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return items.Length == 0 ? null : items.All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _))
            ? [.. items.Select(item => item.GetInt32())]
            : throw fields.Fault(Field, "it is neither a whole number nor a list of them", JsonFile.Remedy);
    }

    private static IEnumerable<KeyValuePair<string, T>> Pattern<T>(
        ConfigFields fields, JsonElement root, string field, Func<JsonElement, T?> read)
        where T : struct
    {
        if (Given(root, field) is not { } value)
            yield break;
        if (value.ValueKind != JsonValueKind.Object)
            throw fields.Fault(field, "it isn't an object", JsonFile.Remedy);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            yield return property.Value.ValueKind == JsonValueKind.Number && read(property.Value) is { } number
                ? new(property.Name, number)
                : throw fields.Fault(
                    field, $"the value of \"{CheckpointFormatException.Printable(property.Name)}\" isn't a positive number",
                    JsonFile.Remedy);
        }
    }

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+(?:\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumbers();

    private static JsonElement? Given(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
