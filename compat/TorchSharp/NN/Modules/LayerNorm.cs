using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>Gives the last dimensions of its input zero mean and unit variance, then scales and shifts each element.</summary>
public sealed class LayerNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly long[] _shape;
    private readonly double _eps;
    [ComponentName(Name = nameof(weight))] private Parameter? _weight;
    [ComponentName(Name = nameof(bias))] private Parameter? _bias;

    internal LayerNorm(long[] shape, double eps, bool affine, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        _shape = [.. shape];
        _eps = eps;
        if (affine)
            torch.nn.init.ones_(_weight = NewParameter(shape, device, dtype));
        if (affine && hasBias)
            torch.nn.init.zeros_(_bias = NewParameter(shape, device, dtype));
        RegisterComponents();
    }

    /// <summary>The scale, or null. Setting it disposes the old one.</summary>
    public Parameter? weight
    {
        get => _weight;
        set => Replace(ref _weight, value, nameof(weight));
    }

    /// <summary>The shift, or null. Setting it disposes the old one.</summary>
    public Parameter? bias
    {
        get => _bias;
        set => Replace(ref _bias, value, nameof(bias));
    }

    /// <summary>The normalised input, of the same shape.</summary>
    public override torch.Tensor forward(torch.Tensor tensor) =>
        torch.nn.functional.layer_norm(tensor, _shape, _weight!, _bias!, _eps);
}
