using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Checkpoints.Onnx;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Persistence;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.TextEmbedding;

/// <summary>All that a transformer holds: the encoder, and what it is used for.</summary>
internal sealed record EmbeddingModel(TextEmbedder Embedder, KappaTuneEmbeddingEstimator.Options Options) : IDisposable
{
    /// <summary>What to know about the files that it was loaded from; none of a model that was tuned, which said so then.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Loads what the options name, or the encoder of a model that is in memory.</summary>
    /// <exception cref="FormatException">The model can't be read.</exception>
    public static EmbeddingModel Load(KappaTuneEmbeddingEstimator.Options options, KappaTuneTextClassificationTransformer? tuned)
    {
        Device device = DeviceName.Parse(options.Device);
        if (tuned is null && (!File.Exists(options.Model) || IsCheckpoint(options.Model)))
            return FromFolder(options.Model, options, device);
        // Through the folder that any library reads: it has the encoder as it was tuned, adapters merged, and none of the classifier.
        using var folder = new SpoolFolder();
        if (tuned is not null)
            tuned.SaveModel(folder.Path);
        else
            TunedModelFile.Unpack(options.Model, folder.Path);
        return FromFolder(folder.Path, options, device) with { Warnings = [] };
    }

    /// <summary>Loads a folder in Hugging Face layout, or a file of weights.</summary>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    public static EmbeddingModel FromFolder(string folder, KappaTuneEmbeddingEstimator.Options options, Device device)
    {
        var embedder = TextEmbedder.Load(
            folder, options.Pooling, options.MaxSequenceLength, options.Normalize, options.ZeroPaddingRow, device, out var warnings);
        return new(embedder, options) { Warnings = warnings };
    }

    public void Dispose() => Embedder.Dispose();

    /// <summary>Whether a file is one that weights are read from, and not a saved model.</summary>
    private static bool IsCheckpoint(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".safetensors" or OnnxModel.Extension or GgufFile.Extension;
}
