using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The objective that the options name.</summary>
internal static class PretrainingObjectives
{
    /// <summary>With a new model.</summary>
    /// <exception cref="CheckpointFormatException">The tokenizer lacks a token that is needed.</exception>
    public static IPretrainingObjective Create(HuggingFaceTokenizer tokenizer, string source, PretrainingOptions options, Device device) =>
        options.Objective == PretrainingObjective.Masked
            ? MaskedObjective.Create(tokenizer, source, options, device)
            : NextTokenObjective.Create(tokenizer, options, device);

    /// <summary>With a model that was saved.</summary>
    public static IPretrainingObjective Load(
        Checkpoint checkpoint, HuggingFaceTokenizer tokenizer, PretrainingOptions options, Device device) =>
        options.Objective == PretrainingObjective.Masked
            ? MaskedObjective.Load(checkpoint, tokenizer, options, device)
            : NextTokenObjective.Load(checkpoint, device);
}
