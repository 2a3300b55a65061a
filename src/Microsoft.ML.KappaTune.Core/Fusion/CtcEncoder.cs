using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// An encoder of frames that says of each state which character it hears, or none: class 0. Its encoder's parameters have the names that
/// they have in a fused model.
/// </summary>
internal sealed class CtcEncoder : nn.Module
{
    private readonly FrameEncoder _encoder;
    private readonly LinearLayer _output;

    private CtcEncoder(FusionConfig config, int characters, ScalarType dtype, Device device) : base(nameof(CtcEncoder))
    {
        FusionConfig = config;
        var modules = new ModuleTree(this, Parts(config, characters), dtype, device);
        _encoder = new(config, modules);
        _output = modules.Linear(ModuleSlot.HeadOutput);
    }

    public FusionConfig FusionConfig { get; }

    /// <summary>An encoder with random weights.</summary>
    /// <param name="config">Its sizes; the projector's aren't used.</param>
    /// <param name="characters">How many characters there are.</param>
    /// <param name="seed">What the weights are drawn from.</param>
    /// <param name="device">Where they are.</param>
    public static CtcEncoder Create(FusionConfig config, int characters, long seed, Device device) => ModelLoader.Create(
        FusionParts.Plans(Parts(config, characters)), range: 0, seed, () => new CtcEncoder(config, characters, float32, device));

    /// <summary>The logarithms of the classes' probabilities, [B, T', characters + 1].</summary>
    public Tensor Predict(FrameBatch batch)
    {
        using var scope = NewDisposeScope();
        return _output.forward(_encoder.Encode(batch, _output.Weight.dtype)).log_softmax(-1).MoveToOuterDisposeScope();
    }

    /// <summary>All is registered by path in the constructor; fields must not be registered once more.</summary>
    protected override void RegisterComponents()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _encoder.Dispose();
        base.Dispose(disposing);
    }

    private static IReadOnlyList<ModelPart> Parts(FusionConfig config, int characters) =>
    [
        .. FusionParts.Encoder(config),
        new ModelPart.Linear(ModuleSlot.HeadOutput, "characters", config.EncoderSize, characters + 1L),
    ];
}
