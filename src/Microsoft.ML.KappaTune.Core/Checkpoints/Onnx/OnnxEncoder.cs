using Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>
/// The parameters of an encoder, read from its graph under their Hugging Face names. Embeddings, norms and biases have their names there. A
/// linear layer's matrix often has none: it is the one that a MatMul multiplies by, whose product an Add adds the layer's bias to.
/// </summary>
internal sealed class OnnxEncoder
{
    private readonly OnnxModel _model;
    private readonly OnnxConstants _constants;
    private readonly ILookup<string, NodeProto> _consumers;
    private readonly HashSet<string> _tables = new(StringComparer.Ordinal);
    private readonly HashSet<NodeProto> _biased = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (OnnxTensor Tensor, NodeProto Node)> _parameters = new(StringComparer.Ordinal);

    private OnnxEncoder(OnnxModel model)
    {
        _model = model;
        _constants = new(model);
        _consumers = model.Graph.Node.SelectMany(node => node.Input.Select(input => (input, node)))
            .ToLookup(use => use.input, use => use.node, StringComparer.Ordinal);
    }

    /// <exception cref="CheckpointFormatException">
    /// The graph isn't an encoder's; the message names the first operator that doesn't fit.
    /// </exception>
    public static OnnxParameters Read(OnnxModel model)
    {
        var encoder = new OnnxEncoder(model);
        foreach (NodeProto node in model.Graph.Node)
            encoder.Visit(node);
        return encoder.Finish();
    }

    private void Visit(NodeProto node)
    {
        if (!OnnxOperators.IsKnown(node.Domain, node.OpType))
            throw _model.Fault(node, "an encoder as PyTorch exports it has no such operator");
        if (_constants.TryAdd(node))
            return;
        switch (node.OpType)
        {
            case "MatMul" when node.Input.Any(IsWeight):
                VisitMatMul(node);
                break;
            case "Gemm":
                VisitGemm(node);
                break;
            default:
                foreach (OnnxTensor weight in node.Input.Select(_constants.Find).OfType<OnnxTensor>().Where(weight => weight.IsWeight))
                    VisitOther(node, weight);
                break;
        }
    }

    private bool IsWeight(string input) => _constants.Find(input) is { IsWeight: true };

    private void VisitMatMul(NodeProto node)
    {
        if (node.Input.Count != 2 || IsWeight(node.Input[0]) || _constants.Find(node.Input[1]) is not { Shape.Length: 2 } matrix)
            throw _model.Fault(node, "it doesn't multiply by a matrix from the right, as a linear layer does");
        NodeProto[] uses = [.. _consumers[node.Output[0]].Where(use => use.OpType == "Add" && use.Input.Any(IsWeight))];
        OnnxTensor? bias = uses.Length == 1 ? uses[0].Input.Select(_constants.Find).Single(input => input is not null) : null;
        if (bias is { Shape: [var width] } && width == matrix.Shape[1])
        {
            _biased.Add(uses[0]);
            AddLinear(node, matrix.Transpose(), bias, uses[0].Input.First(IsWeight));
        }
        else
        {
            AddLinear(node, matrix.Transpose(), null, null);
        }
    }

    private void VisitGemm(NodeProto node)
    {
        bool isPlain = OnnxAttributes.Number(node, "alpha") is null or 1 && OnnxAttributes.Number(node, "beta") is null or 1
            && OnnxAttributes.Integer(node, "transA") is null or 0;
        if (!isPlain || node.Input.Count < 2 || IsWeight(node.Input[0])
            || _constants.Find(node.Input[1]) is not { IsWeight: true, Shape.Length: 2 } matrix)
            throw _model.Fault(node, "it isn't a product with a matrix and a bias, as a linear layer is");
        bool isStoredAsUsed = OnnxAttributes.Integer(node, "transB") == 1;
        string? input = node.Input.Count > 2 ? node.Input[2] : null;
        AddLinear(node, isStoredAsUsed ? matrix : matrix.Transpose(), input is null ? null : _constants.Find(input), input);
    }

    /// <param name="node">The product.</param>
    /// <param name="weight">[out, in], as PyTorch has it.</param>
    /// <param name="bias">[out]; null where the exporter left it out, as it does with zeros.</param>
    /// <param name="biasInput">The bias as the graph refers to it.</param>
    private void AddLinear(NodeProto node, OnnxTensor weight, OnnxTensor? bias, string? biasInput)
    {
        if (_tables.Contains(weight.Name))
        {
            // The head of a masked language model multiplies by the word embeddings.
            if (bias is not null)
                Add(bias.Name, bias, node);
            return;
        }

        // Where equal biases are stored once, their name is that of one layer only.
        string? byBias = bias is not null && _consumers[biasInput!].Count() == 1 ? OnnxNames.ModuleOf(bias.Name) : null;
        if ((OnnxNames.ModuleOf(weight.Name) ?? byBias ?? OnnxNames.ModuleOfNode(node.Name)) is not { } module)
        {
            throw _model.Fault(
                node, bias is null ? "no Add takes its product and a named bias, which would name its matrix"
                    : "the bias that is added to its product has no name of its own, which would name its matrix");
        }

        Add(module + OnnxNames.Weight, weight, node);
        Add(module + OnnxNames.Bias, bias ?? OnnxTensor.Zeros(_model, module + OnnxNames.Bias, weight), node);
    }

    private void VisitOther(NodeProto node, OnnxTensor weight)
    {
        if (_biased.Contains(node))
            return;
        if (!OnnxNames.IsParameter(weight.Name))
            throw _model.Fault(node, $"it uses numbers of shape [{string.Join(", ", weight.Shape)}] without a parameter's name");
        if (node.OpType == "Gather")
            _tables.Add(weight.Name);
        else if (_parameters.TryGetValue(weight.Name, out var known) && known.Node != node)
            throw Shared(node, weight.Name, known.Node);
        Add(weight.Name, weight, node);
    }

    private void Add(string name, OnnxTensor tensor, NodeProto node)
    {
        if (_parameters.TryGetValue(name, out var known) && !tensor.IsSameAs(known.Tensor))
            throw Shared(node, name, known.Node);
        _parameters[name] = (tensor, node);
    }

    private CheckpointFormatException Shared(NodeProto node, string name, NodeProto other) => _model.Fault(
        node,
        $"its parameter \"{OnnxModel.Printable(name)}\" is also that of the {OnnxModel.Describe(other)}, so that one of them has lost its "
        + "name");

    private OnnxParameters Finish()
    {
        if (OnnxNames.WrapperOf(_parameters.Keys) is not { } wrapper)
        {
            throw new CheckpointFormatException(
                _model.Path, "no tensor of the graph is named like an encoder's word embeddings", OnnxModel.Remedy, field: "initializer");
        }

        var named = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        foreach ((string name, (OnnxTensor tensor, NodeProto node)) in _parameters)
        {
            string canonical = OnnxNames.Canonical(name, wrapper);
            if (SafetensorsHeader.NameProblem(canonical) is { } problem)
                throw _model.Fault(node, problem);
            if (!named.TryAdd(canonical, tensor))
                throw _model.Fault(node, $"there are two parameters \"{OnnxModel.Printable(canonical)}\"");
        }

        return new(_model, _constants, named);
    }
}

/// <summary>An encoder's parameters, found in its graph; by their Hugging Face names.</summary>
internal sealed record OnnxParameters(OnnxModel Model, OnnxConstants Constants, IReadOnlyDictionary<string, OnnxTensor> Named)
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Writes them as a safetensors file.</summary>
    public void Write(string path) =>
        SafetensorsWriter.Write(path, Named.Select(parameter => parameter.Value.Source(parameter.Key)), Metadata);
}
