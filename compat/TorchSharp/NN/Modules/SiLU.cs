namespace TorchSharp.Modules;

/// <summary>x·σ(x), the sigmoid linear unit, of each element.</summary>
public sealed class SiLU : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal SiLU() : base(nameof(SiLU))
    {
    }

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.silu(tensor);
}
