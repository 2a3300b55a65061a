using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>A linear layer, x·Wᵀ + b or x·Wᵀ, that may carry an adapter. Its parameters are uninitialised at first.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;

    public LinearLayer(long inputs, long outputs, bool hasBias, ScalarType dtype, Device device) : base(nameof(LinearLayer))
    {
        _weight = new Parameter(empty(outputs, inputs, dtype: dtype, device: device));
        register_parameter("weight", _weight);
        if (!hasBias)
            return;
        _bias = new Parameter(empty(outputs, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    // Not named as the parameters are: TorchSharp would set such a property, and not the field, where it converts the module.

    /// <summary>[outputs, inputs].</summary>
    public Parameter Weight => _weight;

    /// <summary>[outputs]; null for none.</summary>
    public Parameter? Bias => _bias;

    /// <summary>
    /// Maps the input, [..., inputs], to what is added to the output, [..., outputs]; null for none. It isn't part of the model: who sets
    /// it moves it to the model's device, saves its parameters and disposes it. It follows the layer into training and evaluation mode.
    /// </summary>
    public nn.Module<Tensor, Tensor>? Adapter { get; set; }

    public override Tensor forward(Tensor input)
    {
        Tensor output = nn.functional.linear(input, _weight, _bias);
        if (Adapter is null)
            return output;
        using Tensor change = Adapter.call(input);
        return output.PlusInPlace(change);
    }

    public override void train(bool train = true)
    {
        base.train(train);
        Adapter?.train(train);
    }

    /// <summary>All is registered under its own name in the constructor; the adapter's parameters must not be.</summary>
    protected override void RegisterComponents()
    {
    }
}
