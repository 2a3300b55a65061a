namespace Microsoft.ML.KappaTune.Models;

/// <summary>A model that tells to which class a text, or a pair, belongs.</summary>
internal abstract class ClassifierModel : TextModel
{
    private protected ClassifierModel(string name, TransformerStack stack, int classCount, ScalarType dtype, Device device)
        : base(name, stack, stack.Architecture.ClassifierHead(classCount), dtype, device) => ClassCount = classCount;

    public sealed override ModelTask Task => ModelTask.SequenceClassification;

    public int ClassCount { get; }

    /// <summary>Ids, mask and types, [B, T], to logits, [B, classes].</summary>
    public abstract Tensor Classify(Tensor ids, Tensor mask, Tensor? types);
}
