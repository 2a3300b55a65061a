namespace Microsoft.ML.KappaTune.Checkpoints.Onnx;

/// <summary>An encoder's parameters, found in its graph; by their Hugging Face names.</summary>
internal sealed record OnnxParameters(OnnxModel Model, OnnxConstants Constants, IReadOnlyDictionary<string, OnnxTensor> Named)
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Writes them as a safetensors file.</summary>
    public void Write(string path) =>
        SafetensorsWriter.Write(path, Named.Select(parameter => parameter.Value.Source(parameter.Key)), Metadata);
}
