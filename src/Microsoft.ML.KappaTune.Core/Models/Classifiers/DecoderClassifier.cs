using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>A decoder that tells to which class a text belongs, by the state of its last token, the only one that saw all of it.</summary>
internal sealed class DecoderClassifier : ClassifierModel
{
    private readonly LinearLayer _output;

    /// <summary>A classifier whose parameters are uninitialised.</summary>
    internal DecoderClassifier(DecoderConfig config, int classCount, ScalarType dtype, Device device)
        : base(nameof(DecoderClassifier), new TextDecoder(config, dtype, device), classCount, dtype, device)
    {
        Decoder = (TextDecoder)Stack;
        _output = HeadModules.Linear(ModuleSlot.HeadOutput);
    }

    public TextDecoder Decoder { get; }

    /// <summary>States of texts' last tokens, [B, H], which aren't normalised yet, to logits, [B, classes].</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _output.forward(Decoder.Normalise(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <remarks>There are no types, so that these are left out. Padding may be on either side.</remarks>
    public override Tensor Classify(Tensor ids, Tensor mask, Tensor? types)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = Decoder.Decode(ids, mask);
        return Head(TextPositions.LastStates(hidden, mask)).MoveToOuterDisposeScope();
    }
}
