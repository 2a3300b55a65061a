using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>Writes a model's adapters as PEFT does.</summary>
internal static class AdapterWriter
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static void Write(string folder, TextModel model, LoraAdapters adapters, string? baseModel, IEnumerable<string> trained)
    {
        var others = new TrainedModules(model, adapters.ByModule, trained);
        var layout = new AdapterLayout(model, adapters.ByModule);
        byte[] config = Encoding.UTF8.GetBytes(ConfigOf(model, layout, baseModel, others).ToJson());
        TensorSource[] tensors = [.. layout.Sources(), .. others.Sources()];

        Directory.CreateDirectory(folder);
        PendingAdapter.Complete(folder);
        string configFile = Path.Combine(folder, PeftNames.ConfigFile);
        if (File.Exists(configFile) && config.AsSpan().SequenceEqual(File.ReadAllBytes(configFile)))
            WriteWeights(folder);
        else
            PendingAdapter.Replace(folder, WriteBoth);

        void WriteBoth(string staged)
        {
            WriteWeights(staged);
            AtomicFile.Write(Path.Combine(staged, PeftNames.ConfigFile), stream => stream.Write(config));
        }

        void WriteWeights(string into) => SafetensorsWriter.Write(Path.Combine(into, PeftNames.WeightsFile), tensors, Metadata);
    }

    private static AdapterConfig ConfigOf(TextModel model, AdapterLayout layout, string? baseModel, TrainedModules others)
    {
        KeyValuePair<string, LoraSettings>[] all = [.. layout.Settings];
        // Adapters that came from elsewhere may have ranks of their own; the most frequent is the rule.
        LoraSettings common = all.GroupBy(one => one.Value).MaxBy(same => same.Count())!.Key;
        return new()
        {
            // PEFT drops nothing beside single parameters, and refuses to load an adapter that asks for it.
            Settings = layout.Parameters.Count > 0 ? common with { Dropout = 0 } : common,
            Ranks = [.. Others(settings => settings.Rank)],
            Alphas = [.. Others(settings => settings.Alpha)],
            Targets = new()
            {
                Targets = layout.Modules,
                IsPattern = false,
                Parameters = layout.Parameters,
                ModulesToSave = [.. others.SavedWhole],
            },
            Bias = others.HasBiases ? "lora_only" : "none",
            IsTransposed = layout.Modules.Any(module => model.LinearLayers[module].IsTransposed),
            BaseModel = baseModel,
            Task = AdapterConfig.TaskOf(model),
        };

        IEnumerable<KeyValuePair<string, T>> Others<T>(Func<LoraSettings, T> value) where T : struct => all
            .Where(one => !value(one.Value).Equals(value(common)))
            .Select(one => KeyValuePair.Create(one.Key, value(one.Value)));
    }
}
