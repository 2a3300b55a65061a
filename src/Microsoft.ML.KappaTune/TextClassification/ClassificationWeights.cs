using System.Text;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>A classifier's configuration and weights in a model file.</summary>
internal static class ClassificationWeights
{
    /// <summary>The <c>config.json</c> of a classifier, or of a language model, which has no classes.</summary>
    public static byte[] ConfigOf(TextModel module, IReadOnlyList<string> classes) => Encoding.UTF8.GetBytes(
        module.Stack.Architecture.ToJson(module.Task, NamesOf(module, classes), StoredTypes.ConfigName(TypeOf(module))));

    /// <summary>The names of classes that a model's configuration has; null for a language model's.</summary>
    public static IReadOnlyList<string>? NamesOf(TextModel module, IReadOnlyList<string> classes) =>
        module is ClassifierModel ? classes : null;

    public static ScalarType TypeOf(TextModel module) => module.Stack.WordEmbeddings.dtype;

    /// <summary>Makes the model from the files of a model file, and from its base where they hold only what was trained.</summary>
    /// <param name="header">What the model file says of itself.</param>
    /// <param name="folder">Its files.</param>
    /// <param name="checkpoint">The one in that folder, or the base.</param>
    /// <param name="config">The architecture, as the files have it.</param>
    /// <param name="areWords">Whether classes are words, so that it is a language model.</param>
    /// <exception cref="FormatException">The files don't make a model.</exception>
    public static (TextModel Module, LoraAdapters? Adapters, Device Device) Load(
        ClassificationHeader header, SpoolFolder folder, Checkpoint checkpoint, TransformerConfig config, bool areWords)
    {
        Device device = DeviceName.ParseOrCpu(header.Device);
        Payload.Require(header.MaxTokens <= config.MaxTokens);
        // What a GPU computes with few digits, a CPU computes faster with all.
        ScalarType dtype = device.type == DeviceType.CPU ? ScalarType.Float32 : StoredType(checkpoint, folder);
        Payload.Require(!areWords || config is DecoderConfig);
        TextModel module = areWords
            ? CausalLanguageModel.Load(checkpoint, (DecoderConfig)config, dtype, device)
            : ClassifierLoader.Load(
                checkpoint, header.Labels.Count, seed: 0, config: config, dtype: dtype, device: device,
                resetPooler: header.TrainedTensors.Contains(ClassifierLoader.DenseWeight(config)));
        LoraAdapters? adapters =
            SavedWeights.Restore(module, folder, header.Base is not null, header.HasAdapters, header.TrainedTensors);
        return (module, adapters, device);
    }

    private static ScalarType StoredType(Checkpoint checkpoint, SpoolFolder folder)
    {
        string file = folder.File(SavedWeights.ChangedFile);
        using SafetensorsFile? changed = File.Exists(file) ? SafetensorsFile.Open(file) : null;
        TensorDataType stored = (changed?.Tensors ?? checkpoint.Tensors)[0].DataType;
        return stored switch
        {
            TensorDataType.BFloat16 => ScalarType.BFloat16,
            TensorDataType.Float16 => ScalarType.Float16,
            _ => ScalarType.Float32,
        };
    }
}
