using Google.Protobuf;
using Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>The graph of an ONNX file, read whole into memory; tensors that it keeps in other files stay there.</summary>
internal sealed class OnnxModel
{
    public const string Extension = ".onnx";

    /// <summary>What to do with a file that is a whole ONNX model but not an encoder's graph.</summary>
    public const string Remedy =
        "Export the encoder from PyTorch in float32, without optimisation or quantisation, or take the model's safetensors checkpoint.";

    /// <summary>What to do with a file that is no whole ONNX model.</summary>
    public const string Damaged = "The file is damaged, incomplete or not written by an ONNX library: download or export it again.";

    /// <summary>The length that protobuf allows; larger models keep their tensors in other files.</summary>
    private const int MaxLength = int.MaxValue;

    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    private OnnxModel(string path, string? folder, ModelProto model)
    {
        Path = path;
        Folder = folder;
        Graph = model.Graph ?? throw new CheckpointFormatException(path, "it isn't an ONNX model, or it has no graph", Damaged);
        if (model.Functions.Count > 0)
        {
            throw new CheckpointFormatException(
                path, $"it defines operators of its own, such as {Printable(model.Functions[0].Name)}", Remedy);
        }

        if (Graph.SparseInitializer.Count > 0)
            throw new CheckpointFormatException(path, "it has sparse tensors, which aren't supported", Remedy);
    }

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>The folder that tensors in other files are found in; null for a model that is no file.</summary>
    public string? Folder { get; }

    public GraphProto Graph { get; }

    /// <exception cref="CheckpointFormatException">The file can't be read, or isn't an ONNX model.</exception>
    public static OnnxModel Read(string path)
    {
        using MappedFile file = MappedFile.Open(path, headerLength: 1, Damaged);
        if (file.Length > MaxLength)
        {
            throw new CheckpointFormatException(
                path, $"the file has {file.Length} bytes, more than the format's limit of {MaxLength}", Damaged);
        }

        ReadOnlySpan<byte> bytes = file.Bytes(0, (int)file.Length);
        if (UnsupportedFormat.RemedyFor(bytes) is { } remedy)
            throw new CheckpointFormatException(path, "it isn't an ONNX model", remedy);
        try
        {
            return new(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)), Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NoModel(path, e);
        }
    }

    /// <summary>Reads a model that is no file; the name is for messages.</summary>
    /// <exception cref="CheckpointFormatException">It isn't an ONNX model.</exception>
    public static OnnxModel Read(string name, Stream stream)
    {
        try
        {
            return new(name, folder: null, Parser.ParseFrom(stream));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NoModel(name, e);
        }
    }

    /// <summary>The files that it keeps tensors in.</summary>
    /// <exception cref="CheckpointFormatException">One of them isn't there, or isn't in the model's folder.</exception>
    public IReadOnlyList<string> ExternalFiles() =>
    [
        .. Graph.Initializer.Select(tensor => OnnxTensor.Read(this, tensor.Name, tensor).ExternalFile()).OfType<string>()
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>A node that doesn't fit.</summary>
    public CheckpointFormatException Fault(NodeProto node, string reason) => new(Path, reason, Remedy, field: Describe(node));

    /// <summary>A node as messages name it: by its operator and, where it has one, its name.</summary>
    public static string Describe(NodeProto node)
    {
        string name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";
        string domain = node.Domain.Length > 0 ? $"{node.Domain}." : "";
        return $"operator {Printable($"{domain}{node.OpType}")} of node \"{Printable(name)}\"";
    }

    public static string Printable(string text) => CheckpointFormatException.Printable(text);

    private static CheckpointFormatException NoModel(string path, Exception cause) =>
        new(path, "it isn't an ONNX model, or it is cut short", Damaged, innerException: cause);
}
