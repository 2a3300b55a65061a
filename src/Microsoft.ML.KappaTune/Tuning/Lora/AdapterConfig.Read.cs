using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tuning.Lora;

internal sealed partial record AdapterConfig
{
    private const string OtherAdapter = "Use a plain LoRA adapter, or merge this one in Python and use the model that results.";

    /// <summary>Fields that must be missing, null, false or empty: with them, the adapter isn't what its two matrices say.</summary>
    private static readonly (string Field, string What)[] Refused =
    [
        ("use_dora", "DoRA"),
        ("use_qalora", "QALoRA"),
        ("lora_bias", "a bias in adapters"),
        ("target_parameters", "adapters of single parameters"),
        ("trainable_token_indices", "trained tokens"),
        ("layer_replication", "replicated layers"),
        ("alora_invocation_tokens", "aLoRA"),
    ];

    /// <summary>Ways to begin that leave the base model's weights as they are; the others take a part out of them.</summary>
    private static readonly string[] Beginnings = ["gaussian", "eva", "orthogonal"];

    /// <exception cref="CheckpointFormatException">The file is unreadable, a field is wrong, or it isn't a LoRA adapter of a kind that is read.</exception>
    public static AdapterConfig Read(string file)
    {
        JsonElement root = JsonFile.ReadObject(file);
        var fields = new ConfigFields(file, root);
        if (fields.Text("peft_type", null) is var type && type != Lora)
            throw fields.Fault("peft_type", type is null ? "it is missing" : $"it is \"{CheckpointFormatException.Printable(type)}\", not {Lora}", OtherAdapter);
        if (fields.Text("task_type", null) is { } task and not (Classification or "FEATURE_EXTRACTION"))
            throw fields.Fault("task_type", $"it is \"{CheckpointFormatException.Printable(task)}\"", "Use an adapter for text classification, SEQ_CLS.");
        RefuseOthers(fields, root);
        return new()
        {
            Settings = new(
                fields.Count("r", 8), fields.Positive("lora_alpha", 8), fields.Probability("lora_dropout", 0), fields.Flag("use_rslora", false)),
            Ranks = [.. Pattern(fields, root, "rank_pattern", value => value.TryGetInt32(out int rank) && rank >= 1 ? rank : (int?)null)],
            Alphas = [.. Pattern(fields, root, "alpha_pattern", value =>
                value.TryGetDouble(out double alpha) && alpha > 0 && double.IsFinite(alpha) ? alpha : (double?)null)],
            Targets = ReadTargets(fields, root),
            Bias = fields.Text("bias", null) ?? "none",
            BaseModel = fields.Text("base_model_name_or_path", null),
        };
    }

    private static void RefuseOthers(ConfigFields fields, JsonElement root)
    {
        foreach ((string field, string what) in Refused)
        {
            if (Given(root, field) is { } value && !IsNothing(value))
                throw fields.Fault(field, $"{what} can't be read", OtherAdapter);
        }

        if (Given(root, "init_lora_weights") is { } how && how.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            && !(how.ValueKind == JsonValueKind.String && Beginnings.Contains(how.GetString())))
        {
            throw fields.Fault(
                "init_lora_weights",
                "such adapters begin by changing the base model's weights",
                "Convert it to a plain LoRA adapter in Python: PEFT's save_pretrained can, with path_initial_model_for_weight_conversion.");
        }

        if (fields.Text("bias", "none") is not ("none" or "all" or "lora_only"))
            throw fields.Fault("bias", "it isn't none, all or lora_only", JsonFile.Remedy);
    }

    private static TargetModules ReadTargets(ConfigFields fields, JsonElement root)
    {
        (IReadOnlyList<string> targets, bool isPattern) = Names(fields, root, "target_modules");
        (IReadOnlyList<string> excluded, bool excludedIsPattern) = Names(fields, root, "exclude_modules");
        (IReadOnlyList<string> lists, _) = Names(fields, root, "layers_pattern");
        (IReadOnlyList<string> saved, _) = Names(fields, root, "modules_to_save");
        return targets.Count == 0
            ? throw fields.Fault("target_modules", "it is missing or empty", "Add the names of the layers that the adapter has.")
            : new()
            {
                Targets = targets,
                IsPattern = isPattern,
                Excluded = excluded,
                ExcludedIsPattern = excludedIsPattern,
                LayerLists = lists,
                LayerNumbers = Layers(fields, root),
                ModulesToSave = saved,
            };
    }

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

    /// <summary>A list of layers' numbers, or one.</summary>
    private static int[]? Layers(ConfigFields fields, JsonElement root)
    {
        const string Field = "layers_to_transform";
        if (Given(root, Field) is not { } value)
            return null;
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return items.All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _))
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
                : throw fields.Fault(field, $"the value of \"{CheckpointFormatException.Printable(property.Name)}\" isn't a positive number", JsonFile.Remedy);
        }
    }

    private static bool IsNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static JsonElement? Given(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
