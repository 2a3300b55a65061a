using TorchSharp.Utils;

namespace TorchSharp.Modules;

/// <summary>y = x·Wᵀ + b over the last dimension; W is [outputs, inputs].</summary>
public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    [ComponentName(Name = nameof(weight))] private Parameter? _weight;
    [ComponentName(Name = nameof(bias))] private Parameter? _bias;

    internal Linear(long inputs, long outputs, bool hasBias, torch.Device? device, torch.ScalarType? dtype) : base(nameof(Linear))
    {
        _weight = NewParameter([outputs, inputs], device, dtype);
        torch.nn.init.kaiming_uniform_(_weight, a: Math.Sqrt(5));
        if (hasBias)
        {
            _bias = NewParameter([outputs], device, dtype);
            double bound = 1 / Math.Sqrt(Math.Max(inputs, 1));
            torch.nn.init.uniform_(_bias, -bound, bound);
        }
        RegisterComponents();
    }

    /// <summary>The weight, [outputs, inputs]. Setting it disposes the old one.</summary>
    public Parameter weight
    {
        get => _weight!;
        set => Replace(ref _weight, value, nameof(weight));
    }

    /// <summary>The bias, [outputs], or null. Setting it disposes the old one.</summary>
    public Parameter? bias
    {
        get => _bias;
        set => Replace(ref _bias, value, nameof(bias));
    }

    /// <summary>[..., inputs] to [..., outputs].</summary>
    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, _weight!, _bias!);
}
