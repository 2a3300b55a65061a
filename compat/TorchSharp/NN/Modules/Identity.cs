namespace TorchSharp.Modules;

/// <summary>Its input, unchanged.</summary>
public sealed class Identity : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    internal Identity() : base(nameof(Identity))
    {
    }

    /// <summary>Another handle of the same tensor.</summary>
    public override torch.Tensor forward(torch.Tensor tensor) => tensor.alias();
}
