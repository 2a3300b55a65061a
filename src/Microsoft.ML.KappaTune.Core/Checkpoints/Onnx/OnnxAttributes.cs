using Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>What a node says besides its inputs; null where it leaves that to the operator's default.</summary>
internal static class OnnxAttributes
{
    public static TensorProto? Tensor(NodeProto node, string name) => Find(node, name)?.T;

    public static long? Integer(NodeProto node, string name) => Find(node, name)?.I;

    public static float? Number(NodeProto node, string name) => Find(node, name)?.F;

    public static string? Text(NodeProto node, string name) => Find(node, name)?.S.ToStringUtf8();

    public static long[]? Integers(NodeProto node, string name) => Find(node, name) is { } list ? [.. list.Ints] : null;

    private static AttributeProto? Find(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
