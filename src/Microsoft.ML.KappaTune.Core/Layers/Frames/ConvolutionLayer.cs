using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A convolution over time whose kernel has an odd size, with zeros before the first and after the last place: of T places it gives
/// ⌈T / stride⌉. Its parameters are uninitialised at first.
/// </summary>
/// <remarks>
/// It is one product, of what the kernel sees at each place. libtorch's convolutions are oneDNN's, and those of version 3.7 for AVX-512
/// read and write behind their memory where a number of channels isn't a multiple of 16: values and gradients are wrong or NaN, or the
/// process ends.
/// </remarks>
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

    /// <summary>[B, T, inputs] to [B, ⌈T / stride⌉, outputs].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        (long batch, long outputs, long seen) = (input.shape[0], _weight.shape[0], _weight.shape[1] * _size);
        Tensor padded = nn.functional.pad(input, [0, 0, _size / 2, _size / 2]);
        Tensor places = padded.unfold(1, _size, _stride).reshape(batch, -1, seen); // [B, T', inputs, size] before
        return nn.functional.linear(places, _weight.view(outputs, seen), _bias).MoveToOuterDisposeScope();
    }

    /// <summary>Both are registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
