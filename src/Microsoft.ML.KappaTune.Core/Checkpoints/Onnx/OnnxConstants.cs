using Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>
/// What of a graph doesn't depend on its inputs: stored tensors, and their copies under other names, transposed or converted. By name.
/// </summary>
internal sealed class OnnxConstants
{
    private readonly OnnxModel _model;
    private readonly Dictionary<string, OnnxTensor> _byName = new(StringComparer.Ordinal);

    /// <exception cref="CheckpointFormatException">A tensor of the graph is damaged, or there are two of a name.</exception>
    public OnnxConstants(OnnxModel model)
    {
        _model = model;
        foreach (TensorProto tensor in model.Graph.Initializer)
            Add(tensor.Name, OnnxTensor.Read(model, tensor.Name, tensor));
    }

    /// <summary>The constant of this name; null for what is computed.</summary>
    public OnnxTensor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether the node's output is a constant, which is known by its name from then on.</summary>
    public bool TryAdd(NodeProto node)
    {
        if (node.Output.Count != 1 || Evaluate(node) is not { } constant)
            return false;
        Add(node.Output[0], constant);
        return true;
    }

    private OnnxTensor? Evaluate(NodeProto node)
    {
        string name = node.Output[0];
        OnnxTensor? input = node.Input.Count > 0 ? Find(node.Input[0]) : null;
        switch (node.OpType)
        {
            case "Constant":
                return OnnxAttributes.Tensor(node, "value") is { } value ? OnnxTensor.Read(_model, name, value) : null;
            case "Identity" or "Cast" when input is { IsWeight: true }:
                // A copy has a parameter's name where the exporter stores equal parameters once; otherwise the original's says more.
                return OnnxNames.IsParameter(name) ? input.As(name) : input;
            case "Transpose" when input is { IsWeight: true, Shape.Length: 2 } && OnnxAttributes.Integers(node, "perm") is null or [1, 0]:
                return input.Transpose();
            default:
                return null;
        }
    }

    private void Add(string name, OnnxTensor constant)
    {
        if (!_byName.TryAdd(name, constant))
            throw new CheckpointFormatException(_model.Path, "there are two tensors of this name", OnnxModel.Damaged, name);
    }
}
