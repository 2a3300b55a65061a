using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.KappaTune.Checkpoints;
using Onnx;
using OnnxType = Onnx.TensorProto.Types.DataType;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>
/// A BERT's folder as an ONNX model, with what tells one parameter from another as PyTorch's exporters write it: the embeddings' tables
/// and the norms by name, linear layers' matrices transposed and without a name, their biases added to the product.
/// </summary>
internal sealed class OnnxExport
{
    private const string Root = "bert.";
    private readonly ModelProto _model = new() { IrVersion = 8, Graph = new GraphProto { Name = "graph" } };
    private readonly MemoryStream? _external;

    private OnnxExport(bool external) => _external = external ? new() : null;

    /// <summary>Where tensors of another file are.</summary>
    public const string ExternalName = "model.onnx.data";

    /// <summary>Writes model.onnx, and what is beside the weights, into another folder.</summary>
    /// <param name="source">The BERT's folder.</param>
    /// <param name="target">The other folder.</param>
    /// <param name="external">Whether the weights are in a file of their own.</param>
    /// <param name="edit">Changes the model before it is written.</param>
    public static string Write(string source, string target, bool external = false, Action<ModelProto>? edit = null)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        using Checkpoint checkpoint = Checkpoint.Open(source);
        var export = new OnnxExport(external);
        export.Add(checkpoint);
        edit?.Invoke(export._model);
        using (FileStream stream = File.Create(Path.Combine(target, "model.onnx")))
            export._model.WriteTo(stream);
        if (export._external is { } values)
            File.WriteAllBytes(Path.Combine(target, ExternalName), values.ToArray());
        return target;
    }

    private void Add(Checkpoint checkpoint)
    {
        const int Hidden = 32, Heads = 2;
        foreach (TensorView weight in checkpoint.Tensors.Where(tensor => tensor.Name.StartsWith(Root, StringComparison.Ordinal)
            && tensor.Name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            string bias = weight.Name[..^".weight".Length] + ".bias";
            if (weight.Name.EndsWith("embeddings.weight", StringComparison.Ordinal))
            {
                AddTensor(weight.Name, weight.Shape, Values(weight));
                AddNode("Gather", weight.Name, "ids");
            }
            else if (weight.Shape.Count == 1)
            {
                AddTensor(weight.Name, weight.Shape, Values(weight));
                AddTensor(bias, weight.Shape, Values(checkpoint.Find(bias)!));
                AddNode("LayerNormalization", "x", weight.Name, bias).Attribute.Add(
                    new AttributeProto { Name = "epsilon", F = 1e-12f, Type = AttributeProto.Types.AttributeType.Float });
            }
            else
            {
                string matrix = $"onnx::MatMul_{_model.Graph.Node.Count}";
                AddTensor(
                    matrix, [weight.Shape[1], weight.Shape[0]], Transpose(Values(weight), (int)weight.Shape[0], (int)weight.Shape[1]));
                AddTensor(bias, [weight.Shape[0]], Values(checkpoint.Find(bias)!));
                AddNode("Add", bias, AddNode("MatMul", "x", matrix).Output[0]);
            }
        }

        var shape = new TensorProto { Name = "heads", DataType = (int)OnnxType.Int64, Dims = { 4 } };
        shape.Int64Data.Add((long[])[0, 0, Heads, Hidden / Heads]);
        _model.Graph.Initializer.Add(shape);
        AddNode("Reshape", "x", shape.Name);
        AddNode("Erf", "x");
    }

    private NodeProto AddNode(string operation, params string[] inputs)
    {
        var node = new NodeProto { OpType = operation, Name = $"node_{_model.Graph.Node.Count}" };
        node.Input.Add(inputs);
        node.Output.Add($"{node.Name}_output");
        _model.Graph.Node.Add(node);
        return node;
    }

    private void AddTensor(string name, IEnumerable<long> shape, float[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)OnnxType.Float };
        tensor.Dims.Add(shape);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes<float>(values);
        if (_external is { } file)
        {
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            AddEntry("location", ExternalName);
            AddEntry("offset", file.Length.ToString(CultureInfo.InvariantCulture));
            AddEntry("length", bytes.Length.ToString(CultureInfo.InvariantCulture));
            file.Write(bytes);
        }
        else
        {
            tensor.RawData = ByteString.CopyFrom(bytes);
        }

        _model.Graph.Initializer.Add(tensor);

        void AddEntry(string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static float[] Values(TensorView tensor)
    {
        float[] values = new float[tensor.ElementCount];
        tensor.Read(0, values);
        return values;
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        float[] transposed = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[column * rows + row] = values[row * columns + column];
        }

        return transposed;
    }
}
