using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Checkpoints.Onnx;
using Onnx;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Encoders as both of PyTorch's exporters write them, beside the checkpoints that they were exported from.</summary>
public sealed class OnnxGoldenTests
{
    public static TheoryData<string> Exports => Golden.Files("onnx", "model.onnx");

    [Theory, MemberData(nameof(Exports))]
    public void An_export_has_its_checkpoints_names_and_weights(string row)
    {
        string file = Golden.Open(row);
        string name = Path.GetFileName(Path.GetDirectoryName(file)!);
        string original = Golden.Open(Path.Combine("models", name[..name.LastIndexOf('-')], "model.safetensors"));
        using var folder = new TemporaryFolder();
        OnnxFolder.Write(OnnxModel.Read(file), config: null, folder.Path);
        using Checkpoint exported = Checkpoint.Open(folder.File("model.safetensors")), expected = Checkpoint.Open(original);
        Dictionary<string, TensorView> byName = expected.Tensors.ToDictionary(tensor => Canonical(tensor.Name), StringComparer.Ordinal);
        Assert.NotEmpty(exported.Tensors);
        foreach (TensorView tensor in exported.Tensors)
        {
            if (!byName.TryGetValue(Canonical(tensor.Name), out TensorView? other))
            {
                // Exporting makes a pooler where the checkpoint has none.
                Assert.StartsWith("pooler.", Canonical(tensor.Name));
                continue;
            }

            Assert.Equal(other.Shape, tensor.Shape);
            float[] values = Values(tensor), right = Values(other);
            for (int i = 0; i < values.Length; i++)
                Assert.Equal(right[i], values[i], 1e-6f);
        }

        string[] missing = [.. byName.Keys.Where(IsOfEncoder).Except(exported.Tensors.Select(tensor => Canonical(tensor.Name)))];
        Assert.True(missing.Length == 0, string.Join(", ", missing));
    }

    [Theory, MemberData(nameof(Exports))]
    public void A_file_that_is_cut_short_is_refused(string row)
    {
        byte[] bytes = File.ReadAllBytes(Golden.Open(row));
        using var folder = new TemporaryFolder();
        string file = folder.File("model.onnx");
        foreach (int length in (int[])[1, bytes.Length / 3, bytes.Length / 2, bytes.Length - 1])
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.Throws<CheckpointFormatException>(() => OnnxFolder.Write(OnnxModel.Read(file), config: null, folder.Path));
        }
    }

    [Theory]
    [InlineData("", "Conv", "Conv")]
    [InlineData("com.microsoft", "MatMul", "com.microsoft.MatMul")]
    [InlineData("ai.onnx", "QLinearMatMul", "QLinearMatMul")]
    public void The_first_operator_that_does_not_fit_is_named(string domain, string operation, string named)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.onnx");
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "graph" } };
        model.Graph.Node.Add(new NodeProto { OpType = operation, Domain = domain, Name = "odd", Input = { "x" }, Output = { "y" } });
        using (FileStream stream = File.Create(file))
            Google.Protobuf.MessageExtensions.WriteTo(model, stream);
        var e = Assert.Throws<CheckpointFormatException>(() => OnnxFolder.Write(OnnxModel.Read(file), config: null, folder.Path));
        Assert.Contains(named, e.Message);
        Assert.Contains("odd", e.Message);
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.onnx");
        foreach (byte[] bytes in (byte[][])[[0], "not a model"u8.ToArray(), new byte[4096], [.. Enumerable.Repeat((byte)0xff, 999)]])
        {
            File.WriteAllBytes(file, bytes);
            Assert.Throws<CheckpointFormatException>(() => OnnxFolder.Write(OnnxModel.Read(file), config: null, folder.Path));
        }
    }

    /// <summary>Without what only task models put before an encoder's names.</summary>
    private static string Canonical(string name)
    {
        foreach (string prefix in (string[])["bert.", "roberta.", "distilbert."])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return name[prefix.Length..];
        }

        return name;
    }

    /// <summary>Exports leave out what their outputs don't depend on, such as a pooler's or a head's weights.</summary>
    private static bool IsOfEncoder(string name) =>
        (name.StartsWith("encoder.", StringComparison.Ordinal) || name.StartsWith("transformer.", StringComparison.Ordinal)
            || name.StartsWith("embeddings.", StringComparison.Ordinal))
        && !name.EndsWith("position_ids", StringComparison.Ordinal);

    private static float[] Values(TensorView tensor)
    {
        float[] values = new float[tensor.ElementCount];
        tensor.Read(0, values);
        return values;
    }
}
