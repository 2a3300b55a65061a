using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>Writes a model's adapters as PEFT does.</summary>
internal static class AdapterWriter
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static void Write(string folder, TextModel model, LoraAdapters adapters, string? baseModel, IEnumerable<string> trained)
    {
        var others = new TrainedModules(model, adapters.ByModule, trained);
        byte[] config = Encoding.UTF8.GetBytes(ConfigOf(model, adapters, baseModel, others).ToJson());
        TensorSource[] tensors = [.. adapters.ByModule.SelectMany(pair => TensorsOf(pair.Key, pair.Value)), .. others.Sources()];

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

    private static IEnumerable<TensorSource> TensorsOf(string module, LowRankAdapter adapter) => ModelWriter.Sources(
        adapter, adapter.A.dtype, fileNames: LowRankAdapter.FileNames(PeftNames.Prefix + module));

    private static AdapterConfig ConfigOf(TextModel model, LoraAdapters adapters, string? baseModel, TrainedModules others)
    {
        // Adapters that came from elsewhere may have ranks of their own; the most frequent is the rule.
        LoraSettings common = adapters.ByModule.Values.GroupBy(adapter => adapter.Settings).MaxBy(same => same.Count())!.Key;
        return new()
        {
            Settings = common,
            Ranks = [.. Others(settings => settings.Rank)],
            Alphas = [.. Others(settings => settings.Alpha)],
            Targets = new() { Targets = [.. adapters.ByModule.Keys], IsPattern = false, ModulesToSave = [.. others.SavedWhole] },
            Bias = others.HasBiases ? "lora_only" : "none",
            IsTransposed = adapters.ByModule.Keys.Any(module => model.LinearLayers[module].IsTransposed),
            BaseModel = baseModel,
            Task = AdapterConfig.TaskOf(model),
        };

        IEnumerable<KeyValuePair<string, T>> Others<T>(Func<LoraSettings, T> value) where T : struct => adapters.ByModule
                .Where(pair => !value(pair.Value.Settings).Equals(value(common)))
                .Select(pair => KeyValuePair.Create(pair.Key, value(pair.Value.Settings)));
    }
}
