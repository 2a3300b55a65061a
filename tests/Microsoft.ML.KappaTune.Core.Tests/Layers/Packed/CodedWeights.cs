using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>Weights of random codes of eight bits, of given shapes, and the workspace that they share.</summary>
internal sealed class CodedWeights : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _checkpoint;

    /// <param name="shapes">Rows and columns.</param>
    public CodedWeights(params (int Rows, int Columns)[] shapes)
    {
        var random = new Random(1);
        SafetensorsWriter.Write(_folder.File("model.safetensors"), [.. shapes.SelectMany((shape, i) => Parts($"w{i}", shape))]);
        _checkpoint = Checkpoint.Open(_folder.Path);
        All = [.. shapes.Select((_, i) =>
            new PackedWeight(_checkpoint.Weights.Single(weight => weight.Name == $"w{i}.weight"), Workspace))];

        TensorSource[] Parts(string module, (int Rows, int Columns) shape)
        {
            byte[] codes = new byte[shape.Rows * shape.Columns];
            random.NextBytes(codes);
            // So that a product is about as large as its input.
            float[] scales = [.. Enumerable.Repeat(1 / MathF.Sqrt(shape.Columns), shape.Rows)];
            return
            [
                TensorSource.FromBytes($"{module}.weight", TensorDataType.Int8, [shape.Rows, shape.Columns], codes),
                TensorSource.FromBytes(
                    $"{module}.SCB", TensorDataType.Float32, [shape.Rows], MemoryMarshal.AsBytes<float>(scales).ToArray()),
            ];
        }
    }

    public PackedWorkspace Workspace { get; } = new(CPU);

    public PackedWeight[] All { get; }

    public void Dispose()
    {
        Workspace.Dispose();
        _checkpoint.Dispose();
        _folder.Dispose();
    }
}
