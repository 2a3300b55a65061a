using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A convolution over time, with zeros before the first and after the last place where it is padded: of T places it gives ⌈T / stride⌉
/// then, and ⌊(T - size) / stride⌋ + 1 otherwise, for which there must be as many places as the kernel has. Its parameters are
/// uninitialised at first.
/// </summary>
/// <remarks>
/// It is one product, of what the kernel sees at each place, or one for each group of channels. libtorch's convolutions are oneDNN's, and
/// those of version 3.7 for AVX-512 read and write behind their memory where a number of channels isn't a multiple of 16: values and
/// gradients are wrong or NaN, or the process ends.
/// </remarks>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;
    private readonly int _size, _stride, _groups;
    private readonly bool _isPadded;

    /// <param name="size">Places that the kernel sees. Of an even number there is one more before a place than after it.</param>
    /// <param name="groups">Groups of channels, of which each sees its own alone; inputs and outputs are multiples of it.</param>
    public ConvolutionLayer(
        long inputs, long outputs, int size, int stride, ScalarType dtype, Device device, int groups = 1, bool isPadded = true,
        bool hasBias = true)
        : base(nameof(ConvolutionLayer))
    {
        (_size, _stride, _groups, _isPadded) = (size, stride, groups, isPadded);
        _weight = new Parameter(empty([outputs, inputs / groups, size], dtype, device));
        register_parameter("weight", _weight);
        if (!hasBias)
            return;
        _bias = new Parameter(empty(outputs, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    /// <summary>[B, T, inputs] to [B, T', outputs].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor padded = _isPadded ? nn.functional.pad(input, [0, 0, _size / 2, (_size - 1) / 2]) : input;
        if (_groups == 1)
            return Product(padded, _weight, _bias).MoveToOuterDisposeScope();
        // One group after the other: what a long kernel sees is as much larger than what there is as it is long.
        (long inputs, long outputs) = (_weight.shape[1], _weight.shape[0] / _groups);
        var parts = new Tensor[_groups];
        for (int group = 0; group < _groups; group++)
        {
            using var part = NewDisposeScope();
            parts[group] = Product(
                padded.narrow(2, group * inputs, inputs), _weight.narrow(0, group * outputs, outputs),
                _bias?.narrow(0, group * outputs, outputs)).MoveToOuterDisposeScope();
        }

        return cat(parts, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Both are registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    private Tensor Product(Tensor padded, Tensor weight, Tensor? bias)
    {
        (long batch, long outputs, long seen) = (padded.shape[0], weight.shape[0], weight.shape[1] * _size);
        Tensor places = padded.unfold(1, _size, _stride).reshape(batch, -1, seen); // [B, T', inputs, size] before
        return nn.functional.linear(places, weight.reshape(outputs, seen), bias);
    }
}
