using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells to which class a text, or a pair, belongs.</summary>
internal sealed partial class SequenceClassifier : EncoderModel
{
    private readonly LinearLayer _dense, _output;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>A classifier whose parameters are uninitialised.</summary>
    private SequenceClassifier(EncoderConfig config, int classCount, ScalarType dtype, Device device)
        : base(nameof(SequenceClassifier), config, config.Family.ClassifierHead(config, classCount), dtype, device)
    {
        ClassCount = classCount;
        _dense = HeadModules.Linear(ModuleSlot.HeadDense);
        _output = HeadModules.Linear(ModuleSlot.HeadOutput);
        _activation = Activation.Function(config.Family.ClassifierActivation);
    }

    public override ModelTask Task => ModelTask.SequenceClassification;

    public int ClassCount { get; }

    public override bool UsesFirstTokenOnly => true;

    /// <summary>[B, T, H] to logits, [B, classes]; T may be 1.</summary>
    public override Tensor Head(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _output.forward(Dropped(Features(hidden))).MoveToOuterDisposeScope();
    }

    /// <summary>What the classifier sees of a text, [B, H]: BERT calls it the pooler's output.</summary>
    public Tensor Features(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor first = hidden.select(1, 0);
        if (Encoder.Config.Family.DropsBeforeClassifierDense)
            first = Dropped(first);
        return _activation(_dense.forward(first)).MoveToOuterDisposeScope();
    }

    /// <summary>Ids, mask and types, [B, T], to logits, [B, classes].</summary>
    public Tensor Classify(Tensor ids, Tensor mask, Tensor? types) => Run(ids, mask, types);

    private Tensor Dropped(Tensor states) => training && Encoder.Config.ClassifierDropout > 0
        ? DropoutMask.Apply(states, Encoder.Config.ClassifierDropout)
        : states;
}
