using Microsoft.ML.KappaTune.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// A fused model's files: the decoder's as in any folder, so that it is still a language model to all who read it, and beside them sizes
/// and prompts, and the weights of encoder and projector.
/// </summary>
internal static class FusionFiles
{
    /// <summary>The weights of encoder and projector.</summary>
    public const string WeightsFile = "fusion.safetensors";

    private const string Remedy = "Take both files from the folder or model file that they were saved in.";

    /// <summary>Whether a folder's model is fused.</summary>
    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, FusionConfig.FileName));

    /// <summary>Whether a base model is fused. A GGUF file has all in it: what lies beside it is another model's.</summary>
    public static bool AreOf(Checkpoint checkpoint) => checkpoint.Gguf is null && AreIn(checkpoint.Folder);

    /// <summary>Writes the whole model but its tokenizer into a folder, made where there is none.</summary>
    public static void SaveFolder(string folder, FusedModel model, ScalarType dtype = ScalarType.Float32)
    {
        ModelWriter.SaveFolder(folder, model, dtype: dtype, onlyNames: Names(model).Where(name => !FusionParts.IsOf(name)));
        Save(folder, model, dtype);
    }

    /// <summary>Writes the files of encoder and projector into a folder, which is there.</summary>
    public static void Save(string folder, FusedModel model, ScalarType dtype = ScalarType.Float32)
    {
        SaveWeights(Path.Combine(folder, WeightsFile), model, dtype);
        AtomicFile.Write(
            Path.Combine(folder, FusionConfig.FileName), stream => stream.Write(Encoding.UTF8.GetBytes(model.FusionConfig.ToJson())));
    }

    /// <summary>Removes these files from a folder, which is there: the sizes first, without which nobody looks for the weights.</summary>
    public static void RemoveFrom(string folder)
    {
        File.Delete(Path.Combine(folder, FusionConfig.FileName));
        File.Delete(Path.Combine(folder, WeightsFile));
    }

    /// <summary>Writes the weights of encoder and projector, or of as much of them as a model has.</summary>
    public static void SaveWeights(string file, nn.Module model, ScalarType dtype = ScalarType.Float32) =>
        ModelWriter.Save(file, model, dtype, Names(model).Where(FusionParts.IsOf));

    /// <summary>Loads a model that was saved so.</summary>
    /// <param name="checkpoint">The decoder.</param>
    /// <param name="folder">The folder of the other files, which need not be the decoder's.</param>
    /// <param name="config">The decoder's architecture; that of the <c>config.json</c> beside its weights by default.</param>
    /// <param name="dtype">The type of all parameters.</param>
    /// <param name="device">Where they are; the CPU by default.</param>
    /// <param name="trainsEncoder">Whether the encoder is among what trains in any case.</param>
    /// <exception cref="CheckpointFormatException">A file is missing or wrong, or they don't belong together.</exception>
    public static FusedModel Load(
        Checkpoint checkpoint, string folder, DecoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null,
        bool trainsEncoder = true)
    {
        config ??= DecoderConfig.Read(checkpoint);
        var root = JsonField.Read(Path.Combine(folder, FusionConfig.FileName));
        var fusion = FusionConfig.Read(root);
        if (fusion.DecoderSize != config.HiddenSize)
        {
            throw root.FaultOf(
                "decoder_size", $"it is {fusion.DecoderSize}, and the decoder's states have {config.HiddenSize} values",
                "Take the decoder that the model was tuned with.");
        }

        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
        // Before memory is taken.
        Dictionary<string, BaseTensor> tensors = Match(file, FusionParts.Plans(fusion), all: true);
        FusedModel model = FusedModel.Create(checkpoint, config, fusion, seed: 0, dtype, device, trainsEncoder: trainsEncoder);
        try
        {
            Copy(tensors, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The sizes and prompts of a folder's model.</summary>
    /// <exception cref="CheckpointFormatException">The file is missing or wrong.</exception>
    public static FusionConfig ReadConfig(string folder) => FusionConfig.Read(JsonField.Read(Path.Combine(folder, FusionConfig.FileName)));

    /// <summary>Gives a model's encoder the weights of a file, which may have others as well.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="isWanted">Which of its parameters; null for all of the encoder's.</param>
    /// <exception cref="CheckpointFormatException">The file can't be read, or its encoder isn't such a one.</exception>
    public static void ReadEncoder(string path, FusedModel model, Func<string, bool>? isWanted = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ParameterPlan[] plans = FusionParts.Plans(FusionParts.Encoder(model.FusionConfig));
        Copy(Match(file, [.. plans.Where(plan => isWanted?.Invoke(plan.Name) != false)], all: false), model);
    }

    private static IEnumerable<string> Names(nn.Module model) => model.named_parameters().Select(named => named.name);

    private static void Copy(Dictionary<string, BaseTensor> tensors, nn.Module model)
    {
        Dictionary<string, Parameter> parameters =
            model.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach ((string name, BaseTensor tensor) in tensors)
            tensor.CopyTo(parameters[name]);
    }

    /// <param name="all">Whether the file may have no other tensors.</param>
    private static Dictionary<string, BaseTensor> Match(SafetensorsFile file, ParameterPlan[] plans, bool all)
    {
        Dictionary<string, TensorView> views = file.Tensors.ToDictionary(view => view.Name, StringComparer.Ordinal);
        var found = new Dictionary<string, BaseTensor>(StringComparer.Ordinal);
        foreach (ParameterPlan plan in plans)
        {
            if (!views.Remove(plan.Name, out TensorView? view))
                throw new CheckpointFormatException(file.Path, "it is missing", Remedy, plan.Name);
            if (!view.Shape.SequenceEqual(plan.Shape))
            {
                throw new CheckpointFormatException(
                    file.Path, $"it is {Shape(view.Shape)} instead of {Shape(plan.Shape)}, as the sizes in the configuration say",
                    Remedy, plan.Name, "shape");
            }

            if (view.DataType > TensorDataType.BFloat16)
                throw new CheckpointFormatException(file.Path, $"it is of type {view.DataType.Name()}", Remedy, plan.Name, "dtype");
            found.Add(plan.Name, new(LogicalTensor.FromStored(view), PaddingRow: null, ZeroesPadding: false));
        }

        return all && views.Count > 0
            ? throw new CheckpointFormatException(
                file.Path, "the model has no such tensor", Remedy, views.Keys.Order(StringComparer.Ordinal).First())
            : found;
    }

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
