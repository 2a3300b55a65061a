using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>Classifiers that nobody trained, to score with.</summary>
internal static partial class TinyClassifier
{
    /// <summary>A classifier with the base's encoder and a new head.</summary>
    public static TextClassifier Load(string baseModel, int classes = 2, int maxTokens = 24)
    {
        using Checkpoint checkpoint = Checkpoint.Open(baseModel);
        SequenceClassifier module = SequenceClassifier.Load(checkpoint, classes, seed: 7);
        var files = TokenizerFiles.Read(baseModel, checkpoint.Config);
        return new(module, HuggingFaceTokenizer.Create(files), files, maxTokens, torch.CPU);
    }
}
