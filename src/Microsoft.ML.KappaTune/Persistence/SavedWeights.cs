using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// A model's weights in a model file: all of them, or those that were trained, on top of the base model's. Encoder and projector of a fused
/// model aren't among them: they have a file of their own.
/// </summary>
internal static class SavedWeights
{
    /// <summary>The file of the parameters that were trained, which holds no others.</summary>
    public const string ChangedFile = "changed.safetensors";

    private const string AllFile = "model.safetensors";

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Streams a model's parameters, in the type that it computes with, and its adapters.</summary>
    /// <param name="ctx">The model file.</param>
    /// <param name="add">Adds a file to it.</param>
    /// <param name="storage">Whether all parameters, or what was trained.</param>
    /// <param name="baseModel">The base model's name, for the adapters.</param>
    /// <param name="trained">The names of the parameters that were trained.</param>
    public static void Save(
        ModelSaveContext ctx, Action<string, Action<Stream>> add, TextModel module, WeightStorage storage, LoraAdapters? adapters,
        string? baseModel, IReadOnlyList<string> trained)
    {
        if (storage == WeightStorage.Full)
            AddParameters(AllFile, module.named_parameters().Select(named => named.name));
        else if (adapters is null)
            AddParameters(ChangedFile, trained);
        if (adapters is null)
            return;
        using var folder = new SpoolFolder(ctx.Writer.BaseStream);
        adapters.Save(folder.Path, baseModel, WithoutFusion(trained));
        foreach (string file in Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal))
        {
            using FileStream source = File.OpenRead(file);
            add(Path.GetFileName(file), source.CopyTo);
        }

        void AddParameters(string name, IEnumerable<string> names) => add(name, stream => SafetensorsWriter.Write(
            stream, ModelWriter.Sources(module, module.Stack.WordEmbeddings.dtype, WithoutFusion(names)), Metadata));
    }

    /// <summary>
    /// Gives a model that was made of a model file's weights, or of its base's, what was trained; disposes it where that isn't possible.
    /// </summary>
    /// <param name="folder">The model file's files.</param>
    /// <param name="hasBase">Whether they hold only what was trained.</param>
    /// <param name="hasAdapters">Whether there are adapters among them.</param>
    /// <param name="trained">The names of the parameters that were trained.</param>
    /// <exception cref="FormatException">The files don't make the model.</exception>
    public static LoraAdapters? Restore(
        TextModel module, SpoolFolder folder, bool hasBase, bool hasAdapters, IReadOnlyList<string> trained)
    {
        LoraAdapters? adapters = null;
        try
        {
            if (hasAdapters)
                adapters = LoraAdapters.Load(module, folder.Path);
            IEnumerable<string> missing = WithoutFusion(module.NewParameters);
            Payload.Require(!(hasBase ? missing.Except(trained) : missing).Any());
            if (!hasBase)
                adapters?.Detach();
            else if (adapters is null)
                SetChanged(module, folder, trained);
            else
                adapters.Merge();
            return adapters;
        }
        catch
        {
            adapters?.Dispose();
            module.Dispose();
            throw;
        }
    }

    private static IEnumerable<string> WithoutFusion(IEnumerable<string> names) => names.Where(name => !FusionParts.IsOf(name));

    private static void SetChanged(TextModel module, SpoolFolder folder, IReadOnlyList<string> trained)
    {
        using var file = SafetensorsFile.Open(folder.File(ChangedFile));
        Dictionary<string, Parameter> parameters =
            module.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        // It has others, or of other shapes, where it was damaged.
        Payload.Require(
            file.Tensors.Select(view => view.Name).Order(StringComparer.Ordinal)
                .SequenceEqual(WithoutFusion(trained).Order(StringComparer.Ordinal)));
        foreach (TensorView view in file.Tensors)
        {
            Payload.Require(parameters.TryGetValue(view.Name, out Parameter? parameter) && parameter.shape.SequenceEqual(view.Shape));
            TensorReader.Copy(view, parameters[view.Name]);
        }
    }
}
