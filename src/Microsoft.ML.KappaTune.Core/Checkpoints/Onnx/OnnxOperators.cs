namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>
/// The operators that PyTorch's exporters write for an encoder with its pooling and its heads. All others, among them those of quantised
/// and of optimised graphs, compute something whose weights can't be told by their names.
/// </summary>
internal static class OnnxOperators
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        // Weights.
        "MatMul", "Gemm", "Gather", "Add", "Mul", "LayerNormalization",
        // Arithmetic.
        "Sub", "Div", "Pow", "Sqrt", "Reciprocal", "Erf", "Gelu", "Tanh", "Relu", "Sigmoid", "Softmax", "LogSoftmax", "Clip", "Neg", "Abs",
        "Max", "Min", "ReduceMean", "ReduceSum", "ReduceL2", "ReduceMax", "Dropout", "CumSum",
        // Shapes.
        "Constant", "ConstantOfShape", "Identity", "Cast", "CastLike", "Shape", "Size", "Reshape", "Flatten", "Transpose", "Squeeze",
        "Unsqueeze", "Concat", "Slice", "Split", "Expand", "Tile", "Range", "GatherElements", "GatherND", "ScatterND", "NonZero", "Trilu",
        // Masks.
        "Where", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Not", "IsNaN", "IsInf",
    };

    /// <summary>Whether it is one of them; the standard's own are in the domain of no name.</summary>
    public static bool IsKnown(string domain, string name) => (domain is "" or "ai.onnx") && Known.Contains(name);
}
