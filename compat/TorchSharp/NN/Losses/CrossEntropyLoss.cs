namespace TorchSharp.Modules;

/// <summary>The cross entropy of logits and classes, or class probabilities.</summary>
public sealed class CrossEntropyLoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    /// <summary>A loss with a weight for each class, a class to ignore, a reduction and label smoothing.</summary>
    public CrossEntropyLoss(torch.Tensor? weight = null, long? ignore_index = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean, double label_smoothing = 0)
        : base(weight, reduction) => (this.ignore_index, this.label_smoothing) = (ignore_index, label_smoothing);

    /// <summary>Targets of this class add nothing to the loss; -100 where null.</summary>
    public long? ignore_index { get; }

    /// <summary>The part of the target, 0 to 1, that is spread over all classes.</summary>
    public double label_smoothing { get; }

    /// <summary>Logits [N, classes, ...] and classes [N, ...] to the loss.</summary>
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.cross_entropy(input, target, weight!, ignore_index ?? -100, reduction, label_smoothing);
}
