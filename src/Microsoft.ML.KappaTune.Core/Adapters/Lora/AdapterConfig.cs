using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>What an <c>adapter_config.json</c> says of a LoRA adapter.</summary>
internal sealed partial record AdapterConfig
{
    /// <summary>The task of models without a head, as PEFT names it.</summary>
    public const string Features = "FEATURE_EXTRACTION";

    private const string Lora = "LORA";

    /// <summary>
    /// The first version of PEFT that takes an experts' tensor as [experts, outputs, inputs]; before, it took the second dimension for the
    /// inputs'. Adapters of experts are written in this layout, and say so.
    /// </summary>
    private static readonly Version Layout = new(0, 19, 1);

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The settings of every adapter whose layer no pattern is about.</summary>
    public required LoraSettings Settings { get; init; }

    /// <summary>Other ranks, by regular expressions of layers' names; the first that fits counts.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Ranks { get; init; } = [];

    /// <summary>Other alphas, likewise.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Alphas { get; init; } = [];

    public required TargetModules Targets { get; init; }

    /// <summary>Which biases were trained: <c>none</c>, <c>lora_only</c> (those of the adapted layers) or <c>all</c>.</summary>
    public string Bias { get; init; } = "none";

    /// <summary>Whether the adapted weights are stored transposed, as GPT-2's.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>Whether a table of embeddings that was trained whole stayed the head as well, where it is that of the base.</summary>
    public bool KeepsTies { get; init; }

    /// <summary>The version of PEFT that wrote it, without letters; null where it isn't told.</summary>
    public Version? PeftVersion { get; init; }

    /// <summary>Whether experts' tensors were taken as [experts, inputs, outputs]; null where the version isn't told.</summary>
    public bool? SwapsExperts => PeftVersion is { } version ? version < Layout : null;

    /// <summary>The base model's name or folder, where it is told.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What the adapter is for, as PEFT names it; null where it isn't told.</summary>
    public string? Task { get; init; }

    /// <summary>The task of a model's adapters, as PEFT names it.</summary>
    public static string TaskOf(TextModel model) => model is CausalLanguageModel ? "CAUSAL_LM" : "SEQ_CLS";

    /// <summary>The settings of the adapter beside a layer.</summary>
    /// <param name="module">The layer, by its name in the model that the adapter was trained on.</param>
    /// <exception cref="ArgumentException">A regular expression isn't one, or takes too long.</exception>
    public LoraSettings SettingsOf(string module) => Settings with
    {
        Rank = Find(Ranks, module, Settings.Rank),
        Alpha = Find(Alphas, module, Settings.Alpha),
    };

    /// <summary>The field that a layer's rank comes from.</summary>
    /// <exception cref="ArgumentException">A regular expression isn't one, or takes too long.</exception>
    public string RankFieldOf(string module) => Ranks.Any(pattern => TargetModules.IsAbout(pattern.Key, module)) ? "rank_pattern" : "r";

    /// <summary>The file's text, with the fields that PEFT of all versions knows; newer ones where parameters are adapted.</summary>
    public string ToJson()
    {
        JsonObject json = Common();
        if (Targets.Parameters.Count > 0)
        {
            json["peft_version"] = Layout.ToString();
            json["target_parameters"] = List(Targets.Parameters);
        }

        return json.ToJsonString(Indented);
    }

    private JsonObject Common() => new()
    {
        ["alpha_pattern"] = Pattern(Alphas, Number),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = BaseModel,
        ["bias"] = Bias,
        ["fan_in_fan_out"] = IsTransposed,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["lora_alpha"] = Number(Settings.Alpha),
        ["lora_dropout"] = Settings.Dropout,
        ["modules_to_save"] = Targets.ModulesToSave.Count > 0 ? List(Targets.ModulesToSave) : null,
        ["peft_type"] = Lora,
        ["r"] = Settings.Rank,
        ["rank_pattern"] = Pattern(Ranks, rank => rank),
        ["revision"] = null,
        ["target_modules"] = Targets.IsPattern ? Targets.Targets[0] : List(Targets.Targets),
        ["task_type"] = Task,
        ["use_dora"] = Settings.HasMagnitudes,
        ["use_rslora"] = Settings.IsRankStabilized,
    };

    private static T Find<T>(IReadOnlyList<KeyValuePair<string, T>> patterns, string module, T byDefault)
    {
        foreach ((string pattern, T value) in patterns)
        {
            if (TargetModules.IsAbout(pattern, module))
                return value;
        }

        return byDefault;
    }

    /// <summary>As an integer where it is one: PEFT declares alphas as integers.</summary>
    private static JsonNode Number(double value) => value == Math.Floor(value) && Math.Abs(value) < int.MaxValue ? (int)value : value;

    private static JsonArray List(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonObject Pattern<T>(IReadOnlyList<KeyValuePair<string, T>> patterns, Func<T, JsonNode> value) =>
        new(patterns.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, value(pair.Value))));
}
