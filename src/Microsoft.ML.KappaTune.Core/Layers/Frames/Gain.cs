using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Multiplies by one number that trains. It is uninitialised at first.</summary>
internal sealed class Gain : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;

    public Gain(ScalarType dtype, Device device) : base(nameof(Gain))
    {
        _weight = new Parameter(empty(1, dtype: dtype, device: device));
        register_parameter("weight", _weight);
    }

    public override Tensor forward(Tensor input) => input.mul(_weight);

    /// <summary>The weight is registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
