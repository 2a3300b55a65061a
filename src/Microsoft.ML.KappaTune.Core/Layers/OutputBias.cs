using TorchSharp.Modules;
using TorchSharp.Utils;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>The masked language model's bias, [vocabulary]: its other half, the weight, belongs to the embeddings.</summary>
internal sealed class OutputBias : nn.Module
{
    [ComponentName(Name = "bias")] private readonly Parameter _bias;

    public OutputBias(long size, ScalarType dtype, Device device) : base(nameof(OutputBias))
    {
        _bias = new Parameter(empty(size, dtype: dtype, device: device));
        register_parameter("bias", _bias);
    }

    public Parameter Values => _bias;

    /// <summary>All is registered in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
