using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>A linear layer, x·Wᵀ + b or x·Wᵀ, that may carry an adapter. Its parameters are uninitialised at first.</summary>
internal sealed class LinearLayer : nn.Module<Tensor, Tensor>
{
    private const string WeightName = "weight";

    [ComponentName(Name = WeightName)] private Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;

    /// <param name="isTransposed">Whether the weight is [inputs, outputs], as GPT-2 has it.</param>
    /// <param name="isPacked">Whether it will be given a <see cref="Packed"/> weight.</param>
    public LinearLayer(
        long inputs, long outputs, bool hasBias, ScalarType dtype, Device device, bool isTransposed = false, bool isPacked = false)
        : base(nameof(LinearLayer))
    {
        IsTransposed = isTransposed;
        (long rows, long columns) = isTransposed ? (inputs, outputs) : (outputs, inputs);
        _weight = new Parameter(empty(rows, columns, dtype: dtype, device: isPacked ? META : device));
        register_parameter(WeightName, _weight);
        if (!hasBias)
            return;
        _bias = new Parameter(empty(outputs, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    // Not named as the parameters are: TorchSharp would set such a property, and not the field, where it converts the module.

    /// <summary>
    /// [outputs, inputs], or [inputs, outputs] where it is transposed. Where the layer computes with a <see cref="Packed"/> weight, it has
    /// no memory, only shape and type.
    /// </summary>
    public Parameter Weight => _weight;

    /// <summary>What the layer computes with instead of values in memory; null for these. It can't train.</summary>
    public PackedWeight? Packed { get; set; }

    /// <summary>Where the layer computes.</summary>
    public Device Device => Packed?.Device ?? _weight.device;

    /// <summary>Whether the weight has a row for an input, not for an output.</summary>
    public bool IsTransposed { get; }

    public long Inputs => _weight.shape[IsTransposed ? 0 : 1];

    public long Outputs => _weight.shape[IsTransposed ? 1 : 0];

    /// <summary>[outputs]; null for none.</summary>
    public Parameter? Bias => _bias;

    /// <summary>
    /// Maps the input, [..., inputs], to what is added to the output, [..., outputs]; null for none. It isn't part of the model: who sets
    /// it moves it to the model's device, saves its parameters and disposes it. It follows the layer into training and evaluation mode.
    /// </summary>
    public nn.Module<Tensor, Tensor>? Adapter { get; set; }

    public override Tensor forward(Tensor input)
    {
        Tensor output = Product(input, _bias);
        if (Adapter is null)
            return output;
        using Tensor change = Adapter.call(input);
        return output.PlusInPlace(change);
    }

    /// <summary>The product with the weight alone, without bias and adapter.</summary>
    public Tensor WeightProduct(Tensor input) => Product(input, bias: null);

    /// <summary>
    /// Computes something of the weight's values, in its shape, that doesn't share their memory; of a <see cref="Packed"/> weight without
    /// gradients.
    /// </summary>
    public Tensor OfWeight(Func<Tensor, Tensor> compute) =>
        Packed is { } packed ? packed.Use(_weight.dtype, compute) : compute(_weight);

    /// <summary>Takes the values of a <see cref="Packed"/> weight into memory, to compute with them from here on.</summary>
    public void Unpack()
    {
        if (Packed is not { } packed)
            return;
        using Parameter before = _weight;
        _weight = new Parameter(packed.Values(before.dtype), before.requires_grad);
        _weight.DetachFromDisposeScope();
        ConditionallyRegisterParameter(WeightName, _weight);
        Packed = null;
    }

    private Tensor Product(Tensor input, Tensor? bias)
    {
        if (Packed is { } packed)
            return PackedProduct.Of(input, packed, IsTransposed, bias);
        if (!IsTransposed)
            return nn.functional.linear(input, _weight, bias);
        using Tensor weight = _weight.t();
        return nn.functional.linear(input, weight, bias);
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
