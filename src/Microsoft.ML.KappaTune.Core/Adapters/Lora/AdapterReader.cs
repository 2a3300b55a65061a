using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>Reads adapters as PEFT writes them. All is compared with the model first; only then is anything made or changed.</summary>
internal static class AdapterReader
{
    /// <exception cref="CheckpointFormatException">The folder isn't an adapter, or not one of this model.</exception>
    public static LoraAdapters Read(string folder, TextModel model)
    {
        string configFile = Find(folder, PeftNames.ConfigFile), weights = Find(folder, PeftNames.WeightsFile);
        AdapterConfig config = AdapterConfig.Read(configFile);
        CheckTask(configFile, config.Task, model);
        using SafetensorsFile file = SafetensorsFile.Open(weights);
        AdapterTensors tensors;
        try
        {
            tensors = new AdapterTensors(file, config, model);
        }
        catch (ArgumentException e)
        {
            throw new CheckpointFormatException(
                configFile, e.Message, "Correct the pattern, or list the layers' names.", field: "target_modules or a pattern",
                innerException: e);
        }

        LoraAdapters adapters = LoraAdapters.Attach(
            model, tensors.Settings, tensors.OtherNames,
            tensors.Stacks.SelectMany(stack => stack.Owners).ToDictionary(StringComparer.Ordinal));
        foreach ((string module, (TensorView a, TensorView b)) in tensors.Pairs)
        {
            TensorReader.Copy(a, adapters.ByModule[module].A);
            TensorReader.Copy(b, adapters.ByModule[module].B);
        }

        foreach ((string module, TensorView lengths) in tensors.Magnitudes)
            TensorReader.Copy(lengths, adapters.ByModule[module].Magnitude!);
        foreach (StackedMatrices stack in tensors.Stacks)
            stack.CopyInto(adapters.ByModule);
        foreach ((Parameter parameter, TensorView view) in tensors.Others)
            TensorReader.Copy(view, parameter);
        return adapters;
    }

    /// <summary>The shape of a parameter that the folder holds whole; null where it doesn't.</summary>
    /// <exception cref="CheckpointFormatException">The folder isn't an adapter, or not one that can be read.</exception>
    public static long[]? ShapeOf(string folder, TransformerConfig config, string name)
    {
        // What is wrong with the adapter itself is said first.
        AdapterConfig.Read(Find(folder, PeftNames.ConfigFile));
        using SafetensorsFile file = SafetensorsFile.Open(Find(folder, PeftNames.WeightsFile));
        TensorView? found = file.Tensors.FirstOrDefault(view =>
            view.Name.StartsWith(PeftNames.Prefix, StringComparison.Ordinal)
            && config.Names.Canonical(PeftNames.WithoutAdapterName(view.Name[PeftNames.Prefix.Length..], out _)
                .Replace(PeftNames.BaseLayer, ".", StringComparison.Ordinal)) == name);
        return found is null ? null : [.. found.Shape];
    }

    /// <summary>A bare encoder's or decoder's adapter, or one of an unknown task, is known by its tensors.</summary>
    private static void CheckTask(string file, string? task, TextModel model)
    {
        string own = AdapterConfig.TaskOf(model);
        if (task is null || task == own || task == AdapterConfig.Features)
            return;
        throw new CheckpointFormatException(
            file, $"it is \"{CheckpointFormatException.Printable(task)}\"", $"Use an adapter with the task type {own}.",
            field: "task_type");
    }

    private static string Find(string folder, string name)
    {
        if (!Directory.Exists(folder))
            throw new CheckpointFormatException(folder, "there is no such folder", "Check the path.");
        if (PendingAdapter.Find(folder, name) is { } file)
            return file;
        bool isPickle = name == PeftNames.WeightsFile && File.Exists(Path.Combine(folder, PeftNames.PickleFile));
        throw new CheckpointFormatException(
            folder,
            isPickle ? $"the folder has no {name}, only {PeftNames.PickleFile}" : $"the folder has no {name}",
            isPickle ? UnsupportedFormat.RemedyFor(PeftNames.PickleFile)!
                : "Check that it is the folder of an adapter, written to its end.");
    }
}
