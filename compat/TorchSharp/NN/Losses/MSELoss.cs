namespace TorchSharp.Modules;

/// <summary>The mean squared error.</summary>
public sealed class MSELoss : Loss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    /// <summary>A loss with the given reduction.</summary>
    public MSELoss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base(reduction)
    {
    }

    /// <summary>The squared differences of two tensors of the same shape, reduced.</summary>
    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.mse_loss(input, target, reduction);
}
