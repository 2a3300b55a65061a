using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Embedding;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Persistence;
using Microsoft.ML.KappaTune.Tuning.Lora;
using TorchSharp;

namespace KappaTune.Tool.Data;

/// <summary>The encoder of a model that was tuned: of a folder in Hugging Face layout, of a saved model, or of an adapter on its base.</summary>
internal sealed class TunedEncoder : IDisposable
{
    private readonly torch.nn.Module _model;

    private TunedEncoder(torch.nn.Module model, TextEncoder encoder) => (_model, Encoder) = (model, encoder);

    public TextEncoder Encoder { get; }

    /// <param name="path">The tuned model.</param>
    /// <param name="baseModel">What it was tuned from.</param>
    /// <param name="device">Where it is to be.</param>
    /// <exception cref="FormatException">It can't be read, or was tuned from a model of other shapes.</exception>
    public static TunedEncoder Load(string path, Checkpoint baseModel, torch.Device device)
    {
        EncoderConfig expected = ModelLoader.ConfigOf(baseModel);
        if (LoraAdapters.IsAdapter(path))
            return OfAdapter(path, baseModel, expected, device);
        if (!File.Exists(path) || path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
            return OfFolder(path, path, baseModel, expected, device);
        using var folder = new SpoolFolder();
        EmbeddingModel.Unpack(path, folder.Path);
        return OfFolder(path, folder.Path, baseModel, expected, device);
    }

    public void Dispose() => _model.Dispose();

    private static TunedEncoder OfFolder(string path, string folder, Checkpoint baseModel, EncoderConfig expected, torch.Device device)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        EncoderConfig config = ModelLoader.ConfigOf(checkpoint);
        if (!config.HasShapesOf(expected))
            throw new FormatException($"{path} wasn't tuned from {baseModel.Path}: its tensors have other shapes. Name the model that it was tuned from.");
        TextEncoder encoder = ModelLoader.LoadEncoder(checkpoint, config, device: device);
        return new(encoder, encoder);
    }

    private static TunedEncoder OfAdapter(string path, Checkpoint baseModel, EncoderConfig config, torch.Device device)
    {
        // The head is of no interest, but it has to have the adapter's shape.
        long[]? head = LoraAdapters.ShapeOf(path, config, $"{config.Names.Classifier}.weight");
        int classes = head is { Length: 2 } && head[0] is >= 2 and <= int.MaxValue ? (int)head[0] : 2;
        SequenceClassifier model = ModelLoader.LoadClassifier(baseModel, classes, seed: 0, resetHead: true, config: config, device: device);
        try
        {
            using var adapters = LoraAdapters.Load(model, path);
            adapters.Merge();
            return new(model, model.Encoder);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
