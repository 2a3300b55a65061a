namespace TorchSharp.Modules;

/// <summary>1 / (1 + e⁻ˣ), of each element.</summary>
public sealed class Sigmoid : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Sigmoid() : base(nameof(Sigmoid))
    {
    }

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.sigmoid(tensor);
}
