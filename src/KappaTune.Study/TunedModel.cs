using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Retention;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>A model that was tuned: an encoder, or a decoder, with the head that it is measured by or without one.</summary>
internal sealed class TunedModel : IDisposable
{
    private readonly torch.nn.Module _model;

    private TunedModel(torch.nn.Module model, IReadOnlyList<string> warnings)
    {
        _model = model;
        Warnings = warnings;
    }

    /// <summary>Warnings about its files; empty for a saved model, whose tuning gave them.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <param name="path">A folder in Hugging Face layout, a saved model, or an adapter's folder.</param>
    /// <param name="baseModel">What it was tuned from.</param>
    /// <exception cref="FormatException">It can't be read, or was tuned from a model of other shapes.</exception>
    public static TunedModel Load(string path, Checkpoint baseModel, torch.Device device)
    {
        if (LoraAdapters.IsAdapter(path))
            return OfAdapter(path, baseModel, device);
        if (!File.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is ".safetensors" or ".gguf" or ".onnx")
            return OfFolder(path, path, baseModel, device);
        using var folder = new SpoolFolder();
        TunedModelFile.Unpack(path, folder.Path);
        return OfFolder(path, folder.Path, baseModel, device);
    }

    /// <summary>Measures what it kept.</summary>
    public RetentionReport Measure(
        RetentionProbe probe, Checkpoint baseModel, Action<int, int> progress, CancellationToken cancellationToken) => _model switch
        {
            TextModel model => probe.Measure(baseModel, model, cancellationToken, progress),
            TextDecoder decoder => probe.Measure(baseModel, decoder, cancellationToken, progress),
            _ => probe.Measure(baseModel, (TextEncoder)_model, cancellationToken, progress),
        };

    public void Dispose() => _model.Dispose();

    private static TunedModel OfFolder(string path, string folder, Checkpoint baseModel, torch.Device device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        IReadOnlyList<string> warnings = path == folder ? UnknownFields.OfModel(checkpoint) : [];
        if (DecoderConfig.Describes(baseModel.Config))
        {
            DecoderConfig config = DecoderConfig.Read(checkpoint);
            if (!config.HasShapesOf(DecoderConfig.Read(baseModel)))
                throw OtherBase(path, baseModel);
            // A classifier's own head is the task's.
            return ClassifierLoader.IsClassifier(checkpoint)
                ? new(TextDecoder.Load(checkpoint, config, device: device), warnings)
                : new(CausalLanguageModel.Load(checkpoint, config, device: device), warnings);
        }

        EncoderConfig encoder = EncoderConfig.Read(checkpoint);
        return encoder.HasShapesOf(EncoderConfig.Read(baseModel))
            ? new(TextEncoder.Load(checkpoint, encoder, device: device), warnings)
            : throw OtherBase(path, baseModel);
    }

    private static TunedModel OfAdapter(string path, Checkpoint baseModel, torch.Device device)
    {
        TextModel model = LoadBase(path, baseModel, device);
        try
        {
            using var adapters = LoraAdapters.Load(model, path);
            adapters.Merge();
            return new(model, AdapterWarnings.Of(path, baseModel));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The base with what the adapter may change: a language model or, where the adapter has a classifier's head or the base is an encoder,
    /// a classifier whose head has the adapter's shape; the head itself isn't used.
    /// </summary>
    private static TextModel LoadBase(string adapter, Checkpoint baseModel, torch.Device device)
    {
        TransformerConfig config = TransformerConfig.ReadAny(baseModel);
        string weight = ClassifierLoader.OutputWeight(config);
        IReadOnlyList<long>? head = LoraAdapters.ShapeOf(adapter, config, weight);
        if (head is null && config is DecoderConfig decoder)
            return CausalLanguageModel.Load(baseModel, decoder, device: device);
        head ??= new TensorMatch(baseModel, config).Find(weight)?.Shape;
        int classes = head is [>= 1 and <= int.MaxValue, _] ? (int)head[0] : 2;
        return ClassifierLoader.Load(baseModel, classes, seed: 0, resetHead: true, config: config, device: device);
    }

    private static FormatException OtherBase(string path, Checkpoint baseModel) =>
        new($"{path} wasn't tuned from {baseModel.Path}: its tensors have other shapes. Name the model that it was tuned from.");
}
