namespace TorchSharp.Modules;

/// <summary>eˣ / Σ eˣ along a dimension.</summary>
public sealed class Softmax : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long _dim;

    internal Softmax(long dim) : base(nameof(Softmax)) => _dim = dim;

    /// <inheritdoc/>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softmax(tensor, _dim);
}
