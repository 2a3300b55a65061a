using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells to which class a text, or a pair, belongs.</summary>
internal sealed class SequenceClassifier : EncoderModel
{
    private readonly LinearLayer _dense, _classifier;

    /// <summary>A classifier whose parameters are uninitialised.</summary>
    public SequenceClassifier(EncoderConfig config, int classCount, ScalarType dtype, Device device)
        : base(nameof(SequenceClassifier), config, ModelLayout.ClassifierHead(config, classCount), dtype, device)
    {
        ClassCount = classCount;
        _dense = LinearLayers[config.Names.ClassifierDense];
        _classifier = LinearLayers[config.Names.Classifier];
    }

    public int ClassCount { get; }

    public override bool UsesFirstTokenOnly => true;

    /// <summary>[B, T, H] to logits, [B, classes]; T may be 1.</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _classifier.forward(Dropped(Features(hidden))).MoveToOuterDisposeScope();
    }

    /// <summary>What the classifier sees of a text, [B, H]: BERT calls it the pooler's output.</summary>
    public Tensor Features(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        EncoderFamily family = Encoder.Config.Family;
        Tensor first = hidden.select(1, 0);
        if (family is EncoderFamily.Roberta or EncoderFamily.XlmRoberta)
            first = Dropped(first);
        Tensor dense = _dense.forward(first);
        return (family == EncoderFamily.DistilBert ? dense.relu() : dense.tanh()).MoveToOuterDisposeScope();
    }

    /// <summary>Ids, mask and types, [B, T], to logits, [B, classes].</summary>
    public Tensor Classify(Tensor ids, Tensor mask, Tensor? types) => Run(ids, mask, types);

    private Tensor Dropped(Tensor states) => training && Encoder.Config.ClassifierDropout > 0
        ? DropoutMask.Apply(states, Encoder.Config.ClassifierDropout)
        : states;
}
