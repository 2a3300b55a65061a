namespace TorchSharp.Modules;

/// <summary>The negative log-likelihood of classes, given log-probabilities.</summary>
public sealed class NLLLoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    /// <summary>A loss with a weight for each class, and the given reduction.</summary>
    public NLLLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base(weight, reduction)
    {
    }

    /// <summary>Log-probabilities [N, classes, ...] and classes [N, ...] to the loss.</summary>
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.nll_loss(input, target, weight!, reduction);
}
