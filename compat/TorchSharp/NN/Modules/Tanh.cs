namespace TorchSharp.Modules;

/// <summary>The hyperbolic tangent, of each element.</summary>
public sealed class Tanh : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Tanh() : base(nameof(Tanh))
    {
    }

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.tanh(tensor);
}
