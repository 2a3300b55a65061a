namespace TorchSharp;

/// <summary>A loss with a weight for each class or element.</summary>
public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
{
    /// <summary>A loss with the given weights, which it keeps as a buffer, and the given reduction.</summary>
    public WeightedLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base(reduction) =>
        ConditionallyRegisterBuffer(nameof(weight), weight);

    /// <summary>The weights, or null.</summary>
    public torch.Tensor? weight => get_buffer(nameof(weight));
}
