using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>An encoder that tells to which class a text, or a pair, belongs.</summary>
internal sealed class SequenceClassifier : ClassifierModel
{
    private readonly LinearLayer _dense, _output;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>A classifier whose parameters are uninitialised.</summary>
    internal SequenceClassifier(EncoderConfig config, int classCount, ScalarType dtype, Device device)
        : base(nameof(SequenceClassifier), new TextEncoder(config, dtype, device), classCount, dtype, device)
    {
        Encoder = (TextEncoder)Stack;
        _dense = HeadModules.Linear(ModuleSlot.HeadDense);
        _output = HeadModules.Linear(ModuleSlot.HeadOutput);
        _activation = Activation.Function(config.Family.ClassifierActivation);
    }

    public TextEncoder Encoder { get; }

    public override bool UsesFirstTokenOnly => true;

    /// <inheritdoc cref="ClassifierLoader.Load"/>
    public static SequenceClassifier Load(
        Checkpoint checkpoint, int classCount, long seed, bool resetHead = false, EncoderConfig? config = null,
        ScalarType dtype = ScalarType.Float32, Device? device = null, bool keepHeadParts = false, bool resetPooler = false) =>
        (SequenceClassifier)ClassifierLoader.Load(
            checkpoint, classCount, seed, resetHead, config ?? EncoderConfig.Read(checkpoint), dtype, device, keepHeadParts, resetPooler);

    /// <inheritdoc cref="ClassifierLoader.Create"/>
    public static SequenceClassifier Create(
        EncoderConfig config, int classCount, long seed, ScalarType dtype = ScalarType.Float32, Device? device = null) =>
        (SequenceClassifier)ClassifierLoader.Create(config, classCount, seed, dtype, device);

    public override Tensor Layer(int index, Tensor hidden, AttentionInput input) =>
        Encoder.Layer(index, hidden, input, firstOnly: index == Encoder.StageCount - 2);

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

    public override Tensor Classify(Tensor ids, Tensor mask, Tensor? types)
    {
        using Tensor hidden = Encoder.Encode(ids, mask, types, firstOnly: true);
        return Head(hidden);
    }

    private Tensor Dropped(Tensor states) => training && Encoder.Config.ClassifierDropout > 0
        ? DropoutMask.Apply(states, Encoder.Config.ClassifierDropout)
        : states;
}
