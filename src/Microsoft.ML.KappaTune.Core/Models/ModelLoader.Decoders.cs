using Microsoft.ML.KappaTune.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

internal static partial class ModelLoader
{
    /// <summary>Loads a causal language model.</summary>
    /// <param name="checkpoint">A model in the Llama layout.</param>
    /// <param name="config">The architecture; that of the <c>config.json</c> beside the weights by default.</param>
    /// <param name="dtype">The type of all parameters, whatever the stored one.</param>
    /// <param name="device">Where the parameters are; the CPU by default.</param>
    /// <exception cref="CheckpointFormatException">The configuration isn't supported, or the tensors don't fit it.</exception>
    public static CausalLanguageModel LoadCausalLanguageModel(
        Checkpoint checkpoint, DecoderConfig? config = null, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        config ??= DecoderConfigOf(checkpoint);
        IReadOnlyDictionary<string, BaseTensor> tensors =
            new TensorMatch(checkpoint, config.Names).Require(ModelLayout.Parameters(config));
        return Filled(new CausalLanguageModel(config, dtype, device ?? CPU), model => Copy(tensors, ByName(model)));
    }

    /// <summary>A causal language model with random weights, to pre-train from scratch.</summary>
    public static CausalLanguageModel NewCausalLanguageModel(
        DecoderConfig config, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        ParameterPlan[] all = [.. ModelLayout.Parameters(config)];
        return Filled(
            new CausalLanguageModel(config, dtype, device ?? CPU) { NewParameters = [.. all.Select(plan => plan.Name)] },
            model => ModelInitializer.Fill(ByName(model), all, config.InitializerRange, seed));
    }

    /// <summary>The configuration in the checkpoint's folder, or in that of its only file.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it isn't that of a decoder that is supported.</exception>
    public static DecoderConfig DecoderConfigOf(Checkpoint checkpoint) => checkpoint.Config is { } config
        ? DecoderConfig.Of(config)
        : DecoderConfig.Read(checkpoint.Folder);
}
