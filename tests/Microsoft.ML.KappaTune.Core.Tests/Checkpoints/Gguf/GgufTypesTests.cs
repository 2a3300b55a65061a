using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Values of GGUF files against what the gguf library makes of them.</summary>
public sealed class GgufTypesTests
{
    [Fact]
    public void Every_type()
    {
        string golden = Golden.Open(Path.Combine("quantised", "gguf"));
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(golden, "types.expected.safetensors"));
        using GgufFile file = GgufFile.Open(Path.Combine(golden, "types.gguf"));
        Assert.Equal("llama", file.Metadata.Architecture);
        Assert.Equal(expected.Tensors.Select(t => t.Name).Order(), file.Tensors.Select(t => t.Name).Order());
        foreach (TensorView right in expected.Tensors)
        {
            GgufTensor tensor = file.Tensors.Single(t => t.Name == right.Name);
            Assert.Equal(right.Shape, tensor.Shape);
            float[] values = new float[right.ElementCount], found = new float[right.ElementCount];
            right.Read(0, values);
            const int Begin = 101;
            tensor.Read(0, found.AsSpan(0, Begin));
            tensor.Read(Begin, found.AsSpan(Begin));
            for (int i = 0; i < values.Length; i++)
            {
                Assert.True(
                    Math.Abs(found[i] - values[i]) <= 1e-6 * Math.Abs(values[i]),
                    $"{right.Name}, {i}: {found[i]} instead of {values[i]}");
            }
        }
    }
}
