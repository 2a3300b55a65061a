using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Values and κ of codes against what their own libraries, and the published layouts, make of them.</summary>
public sealed class GoldenQuantisedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gptq_v1", """{"quant_method":"gptq","bits":4,"group_size":32}""")]
    [InlineData("gptq_v1_act", """{"quant_method":"gptq","bits":4,"group_size":32,"desc_act":true,"checkpoint_format":"gptq"}""")]
    [InlineData("gptq_v2", """{"quant_method":"gptq","bits":4,"group_size":32,"checkpoint_format":"gptq_v2"}""")]
    [InlineData("awq", """{"quant_method":"awq","bits":4,"group_size":32,"zero_point":true,"version":"gemm"}""")]
    [InlineData("int8", """{"quant_method":"bitsandbytes","load_in_8bit":true}""")]
    [InlineData("fp8", """{"quant_method":"fp8","weight_block_size":[128,128]}""")]
    [InlineData("fp8", """{"quant_method":"fp8"}""")]
    public void Packed_codes(string module, string settings)
    {
        string golden = Golden.Open(Path.Combine("quantised", "packed"));
        using SafetensorsFile stored = SafetensorsFile.Open(Path.Combine(golden, "model.safetensors"));
        SafetensorsWriter.Write(
            _folder.File("model.safetensors"),
            stored.Tensors.Where(t => t.Name.StartsWith($"{module}.", StringComparison.Ordinal)).Select(TensorSource.Copy));
        _folder.Write("config.json", $$"""{"quantization_config":{{settings}}}""");

        string name = $"{module}.weight";
        AssertValues(_folder.Path, Path.Combine(golden, "expected.safetensors"), name, 1e-6);
        using JsonDocument kappas = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "kappa.json")));
        double expected = kappas.RootElement.GetProperty(name).GetDouble();
        ScannedMatrix found = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options()).Matrices.Single();
        Assert.Equal(name, found.Name);
        Assert.InRange(found.Kappa!.Value / expected, 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void Bitsandbytes()
    {
        string golden = Golden.Open(Path.Combine("quantised", "bitsandbytes"));
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(golden, "expected.safetensors"));
        using (Checkpoint checkpoint = Checkpoint.Open(golden))
            Assert.Equal(expected.Tensors.Select(t => t.Name).Order(), checkpoint.Weights.Select(w => w.Name).Order());
        foreach (TensorView tensor in expected.Tensors)
            AssertValues(golden, expected.Path, tensor.Name, 1e-6);
        ScanReport report = TestCheckpoint.Scan(golden, TestCheckpoint.Options());
        Assert.All(report.Matrices, matrix => Assert.NotNull(matrix.Kappa));
    }

    /// <summary>Also from the middle of a row, as pieces of large tensors are read.</summary>
    private static void AssertValues(string folder, string expectedFile, string name, double tolerance)
    {
        using SafetensorsFile expectedValues = SafetensorsFile.Open(expectedFile);
        TensorView expected = expectedValues.Tensors.Single(t => t.Name == name);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        LogicalTensor actual = checkpoint.Weights.Single(w => w.Name == name);
        Assert.Equal(expected.Shape, actual.Shape);
        float[] right = new float[expected.ElementCount], found = new float[expected.ElementCount];
        expected.Read(0, right);
        const int Begin = 101;
        actual.Read(0, found.AsSpan(0, Begin));
        actual.Read(Begin, found.AsSpan(Begin));
        for (int i = 0; i < right.Length; i++)
            Assert.True(Math.Abs(found[i] - right[i]) <= tolerance * Math.Abs(right[i]), $"{name}, {i}: {found[i]} instead of {right[i]}");
    }
}
