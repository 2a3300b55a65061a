namespace TorchSharp.Modules;

/// <summary>x·Φ(x), the exact Gaussian error linear unit, of each element.</summary>
public sealed class GELU : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal GELU() : base(nameof(GELU))
    {
    }

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.gelu(tensor);
}
