using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A convolution over time whose kernel has an odd size, with zeros before the first and after the last place: of T places it gives
/// ⌈T / stride⌉. Its parameters are uninitialised at first.
/// </summary>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;
    private readonly int _size, _stride;

    public ConvolutionLayer(long inputs, long outputs, int size, int stride, ScalarType dtype, Device device)
        : base(nameof(ConvolutionLayer))
    {
        (_size, _stride) = (size, stride);
        _weight = new Parameter(empty([outputs, inputs, size], dtype, device));
        register_parameter("weight", _weight);
        _bias = new Parameter(empty(outputs, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    /// <summary>[B, inputs, T] to [B, outputs, ⌈T / stride⌉].</summary>
    public override Tensor forward(Tensor input) =>
        nn.functional.conv1d(input, _weight, _bias, stride: _stride, padding: _size / 2);

    /// <summary>Both are registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
