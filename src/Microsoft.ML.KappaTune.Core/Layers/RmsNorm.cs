using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// x / √(mean(x²) + ε) · weight over the last dimension (Zhang and Sennrich, arXiv:1910.07467). Of types of half precision the quotient is
/// found in float32 and rounded before the weight is applied, as transformers does. Where 1 is added to the weight (Gemma's way), so that
/// weights are small, rounding comes last, as there. The weight is uninitialised at first.
/// </summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    private readonly double _eps;
    private readonly bool _addsOne;

    public RmsNorm(long size, double eps, ScalarType dtype, Device device, bool addsOne = false) : base(nameof(RmsNorm))
    {
        (_eps, _addsOne) = (eps, addsOne);
        _weight = new Parameter(empty(size, dtype: dtype, device: device));
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        bool isHalf = input.dtype is ScalarType.Float16 or ScalarType.BFloat16;
        Tensor wide = isHalf ? input.to(ScalarType.Float32) : input;
        // By the length of the vector, which is found and has its gradient in one pass each, where squares would need several.
        Tensor length = wide.norm(-1, true);
        Tensor normal = wide.mul(length.Squared().DividedByInPlace(wide.shape[^1]).PlusInPlace(_eps).rsqrt_());
        if (_addsOne)
        {
            Tensor scaled = normal.mul((isHalf ? _weight.to(ScalarType.Float32) : _weight).Plus(1.0));
            return (isHalf ? scaled.to(input.dtype) : scaled).MoveToOuterDisposeScope();
        }

        return (isHalf ? normal.to(input.dtype) : normal).mul(_weight).MoveToOuterDisposeScope();
    }

    /// <summary>The weight is registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
