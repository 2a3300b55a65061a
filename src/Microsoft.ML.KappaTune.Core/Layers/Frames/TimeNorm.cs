using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// Normalises each channel by its mean and variance over a row's own places, with a gain and an offset: group norm with a group for each
/// channel, of a row that is alone. Its parameters are uninitialised at first.
/// </summary>
internal sealed class TimeNorm : nn.Module
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;
    private readonly double _eps;

    public TimeNorm(long size, double eps, ScalarType dtype, Device device) : base(nameof(TimeNorm))
    {
        _eps = eps;
        _weight = new Parameter(empty(size, dtype: dtype, device: device));
        register_parameter("weight", _weight);
        _bias = new Parameter(empty(size, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    /// <summary>[B, T, C] to [B, T, C]; what is behind a row's end is anything.</summary>
    /// <param name="states">What is to be normalised.</param>
    /// <param name="mask">1 for a row's places, 0 behind them, [B, T, 1]; null where all are rows'.</param>
    public Tensor Run(Tensor states, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        // As the tensor library's norms, which compute in float32 whatever the type: sums of thousands of places need its digits.
        Tensor values = states.to(ScalarType.Float32);
        Tensor counted = (mask ?? ones([1L, 1, 1], ScalarType.Float32, states.device)).to(ScalarType.Float32);
        Tensor centred = values.sub(Mean(values, counted));
        Tensor normal = centred.mul(Mean(centred.Squared(), counted).Plus(_eps).rsqrt()).to(states.dtype);
        return normal.mul(_weight).Plus(_bias).MoveToOuterDisposeScope();
    }

    /// <summary>Both are registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    /// <summary>Of a row's own places, [B, 1, C].</summary>
    private static Tensor Mean(Tensor values, Tensor mask)
    {
        Tensor counted = mask.expand(values.shape[0], values.shape[1], 1).contiguous();
        Tensor sum = values.transpose(1, 2).Product(counted).transpose(1, 2);
        // A row without places has zeros.
        return sum.div(counted.sum(1, keepdim: true).AtLeast(1));
    }
}
