using Microsoft.ML.KappaTune.Checkpoints;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>A golden model with its inputs and outputs.</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly SafetensorsFile _file;

    private GoldenCase(string file)
    {
        _file = SafetensorsFile.Open(file);
        Checkpoint = Checkpoint.Open(Path.GetDirectoryName(file)!);
    }

    public Checkpoint Checkpoint { get; }

    public Tensor this[string name] => Find(name) ?? throw new InvalidOperationException($"There is no {name}.");

    public static GoldenCase Open(string row) => new(Golden.Open(row));

    public Tensor? Find(string name) => _file.Tensors.FirstOrDefault(t => t.Name == name) is { } view ? StoredTensors.Load(view) : null;

    public void Dispose()
    {
        Checkpoint.Dispose();
        _file.Dispose();
    }
}
