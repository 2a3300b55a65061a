namespace TorchSharp.Modules;

/// <summary>The binary cross entropy of logits and targets in 0 to 1.</summary>
public sealed class BCEWithLogitsLoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    /// <summary>A loss with weights of the elements and of the positive targets, and the given reduction.</summary>
    public BCEWithLogitsLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean, torch.Tensor? pos_weights = null)
        : base(weight, reduction) => ConditionallyRegisterBuffer(nameof(pos_weights), pos_weights);

    /// <summary>The weights of positive targets, or null.</summary>
    public torch.Tensor? pos_weights => get_buffer(nameof(pos_weights));

    /// <summary>Logits and targets of the same shape to the loss.</summary>
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.binary_cross_entropy_with_logits(input, target, weight!, reduction, pos_weights!);
}
