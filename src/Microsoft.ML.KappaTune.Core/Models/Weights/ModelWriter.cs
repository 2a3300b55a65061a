using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>Writes models as checkpoints, streamed from the parameters' memory, on whatever device that is.</summary>
internal static class ModelWriter
{
    private const string WeightsFile = "model.safetensors";
    private const int PieceValues = 1 << 22;

    /// <summary>What other libraries want to be told.</summary>
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Writes parameters into a safetensors file, which replaces another only when it is complete.</summary>
    /// <param name="onlyNames">The parameters to write; all by default.</param>
    /// <param name="fileNames">Other names for parameters, as <see cref="CheckpointNames.FileNames"/> gives them.</param>
    public static void Save(
        string file, nn.Module module, ScalarType dtype = ScalarType.Float32, IEnumerable<string>? onlyNames = null,
        IReadOnlyDictionary<string, string>? fileNames = null) =>
        SafetensorsWriter.Write(file, Sources(module, dtype, onlyNames, fileNames), Metadata);

    /// <summary>Writes a folder that a Hugging Face library reads: the weights, and the configuration.</summary>
    /// <param name="folder">The folder, made where there is none.</param>
    /// <param name="model">A model, or an encoder alone.</param>
    /// <param name="classNames">A classifier's classes, in the order of its outputs.</param>
    /// <param name="config">What to say of the model, where that isn't what it computes with now: another dropout.</param>
    /// <param name="onlyNames">The parameters to write; all by default.</param>
    public static void SaveFolder(
        string folder, nn.Module model, IReadOnlyList<string>? classNames = null, ScalarType dtype = ScalarType.Float32,
        TransformerConfig? config = null, IEnumerable<string>? onlyNames = null)
    {
        string type = StoredTypes.ConfigName(dtype);
        string json = model switch
        {
            TextModel whole => (config ?? whole.Stack.Architecture).ToJson(whole.Task, classNames, type),
            TransformerStack alone => (config ?? alone.Architecture).ToJson(ModelTask.Encoding, classNames, type),
            _ => throw new ArgumentException($"A {model.GetName()} has no configuration.", nameof(model)),
        };
        Directory.CreateDirectory(folder);
        Save(Path.Combine(folder, WeightsFile), model, dtype, onlyNames);
        string file = Path.Combine(folder, ModelConfig.FileName);
        AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(json)));
    }

    /// <summary>The parameters as tensors to write, each read only when its turn comes.</summary>
    /// <exception cref="ArgumentException">A name isn't one of the model's parameters.</exception>
    public static IEnumerable<TensorSource> Sources(
        nn.Module module, ScalarType dtype, IEnumerable<string>? onlyNames = null, IReadOnlyDictionary<string, string>? fileNames = null)
    {
        Dictionary<string, Parameter> parameters =
            module.named_parameters().ToDictionary(named => named.name, named => named.parameter, StringComparer.Ordinal);
        foreach (string name in onlyNames ?? parameters.Keys)
        {
            if (!parameters.TryGetValue(name, out Parameter? parameter))
                throw new ArgumentException($"The model has no parameter \"{name}\".", nameof(onlyNames));
            yield return Source(fileNames?.GetValueOrDefault(name) ?? name, dtype, parameter.shape, () => parameter.detach());
        }
    }

    /// <summary>A tensor that is made, within a dispose scope, only when its turn comes.</summary>
    public static TensorSource Source(string name, ScalarType dtype, IReadOnlyList<long> shape, Func<Tensor> make) =>
        new(name, StoredTypes.From(dtype), shape, stream => Write(make, dtype, stream));

    private static void Write(Func<Tensor> make, ScalarType dtype, Stream stream)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = make().reshape(-1);
        for (long begin = 0; begin < flat.NumberOfElements; begin += PieceValues)
        {
            using Tensor part = flat.narrow(0, begin, Math.Min(PieceValues, flat.NumberOfElements - begin));
            using Tensor piece = part.to(dtype, CPU);
            stream.Write(piece.bytes);
        }
    }
}
