using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Models;
using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints.Encodings;

/// <summary>Models whose weights are codes, in Hugging Face's layout.</summary>
public sealed class QuantisedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(QuantisedWeight.Kinds), MemberType = typeof(QuantisedWeight))]
    public void A_quantised_model_computes_with_the_values_of_its_codes(string kind)
    {
        (string quantised, string plain) = QuantisedDecoder.Write(_folder, kind);
        using Tensor expected = Logits(plain), actual = Logits(quantised);
        Assert.True(expected.abs().max().ToDouble() > 0.1);
        Assert.InRange(StoredTensors.Difference(actual, expected), 0, 1e-5);
        using Checkpoint checkpoint = Checkpoint.Open(quantised);
        Assert.Equal(QuantisedDecoder.Weights, checkpoint.Weights.Count(weight => weight.CodeBits is not null));
        Assert.Empty(UnknownFields.OfModel(checkpoint));
    }

    [Theory, MemberData(nameof(QuantisedWeight.Kinds), MemberType = typeof(QuantisedWeight))]
    public void Its_scan_is_that_of_the_values_and_says_where_rounding_decides(string kind)
    {
        (string quantised, string plain) = QuantisedDecoder.Write(_folder, kind);
        ScanReport expected = TestCheckpoint.Scan(plain, TestCheckpoint.Options());
        ScanReport actual = TestCheckpoint.Scan(quantised, TestCheckpoint.Options());
        Assert.Equal(expected.Matrices.Select(matrix => matrix.Id).Order(), actual.Matrices.Select(matrix => matrix.Id).Order());
        double limit = kind is "int8" or "fp8 blocks" ? 256 : 16;
        foreach (ScannedMatrix matrix in actual.Matrices.Where(matrix => matrix.Encoding is not null))
        {
            double kappa = expected.Matrices.Single(other => other.Id == matrix.Id).Kappa!.Value;
            Assert.InRange(matrix.Kappa!.Value / kappa, 1 - 1e-3, 1 + 1e-3);
            Assert.Equal(matrix.Kappa >= limit, matrix.BeyondPrecision);
        }
    }

    [Theory]
    [InlineData("adapter", """{"path":"eora"}""")]
    [InlineData("rotation", "\"hadamard\"")]
    [InlineData("transform_config", """{"config_groups":{}}""")]
    public void A_field_that_changes_more_than_weights_is_refused_where_a_model_is_made(string field, string value)
    {
        string folder = Write("gptq v1", field, value);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint));
        Assert.Equal((field, Path.Combine(folder, "config.json")), (e.Field, e.File));
        ScannedMatrix[] scanned =
            [.. TestCheckpoint.Scan(folder, TestCheckpoint.Options()).Matrices.Where(matrix => matrix.Encoding is not null)];
        Assert.Equal(QuantisedDecoder.Weights, scanned.Length);
        Assert.All(scanned, matrix => Assert.NotNull(matrix.Kappa));
    }

    [Theory]
    [InlineData("is_marlin_format", "true", "marlin")]
    [InlineData("checkpoint_format", "\"bitblas\"", "bitblas")]
    [InlineData("format", "\"planar\"", "planar")]
    [InlineData("desc_act", "true", "desc_act")]
    [InlineData("bits", "3", "3 bits")]
    [InlineData("bits", "8", "shapes")]
    [InlineData("group_size", "4", "group_size")]
    [InlineData("quant_method", "\"aqlm\"", "aqlm")]
    public void Codes_that_cannot_be_read_are_refused_with_the_cause(string field, string value, string cause)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write("gptq v1", field, value));
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint));
        Assert.Contains(cause, e.Reason, StringComparison.Ordinal);
        Assert.Contains($"{QuantisedDecoder.Weights} tensors", e.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version", "\"gemv\"")]
    [InlineData("bits", "8")]
    public void Other_layouts_of_AWQ_are_refused(string field, string value)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write("awq", field, value));
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint));
        Assert.Contains("version gemm, 4 bits", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_field_is_warned_of()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Write("int8", "of_tomorrow", "1"));
        Assert.Contains("quantization_config.of_tomorrow", Assert.Single(UnknownFields.OfModel(checkpoint)));
    }

    /// <summary>Mutations of whole files, configuration and all: each loads, or is refused with the one exception.</summary>
    [Theory, MemberData(nameof(QuantisedWeight.Kinds), MemberType = typeof(QuantisedWeight))]
    public void A_mutated_model_loads_or_is_refused(string kind)
    {
        const int Cases = 60;
        const long MostBytes = 50_000_000;
        (string folder, _) = QuantisedDecoder.Write(_folder, kind);
        string weights = Path.Combine(folder, "model.safetensors"), config = Path.Combine(folder, "config.json");
        byte[] whole = File.ReadAllBytes(weights), settings = File.ReadAllBytes(config);
        int header = 8 + (int)BitConverter.ToInt64(whole), quantization = settings.AsSpan().IndexOf("quantization_config"u8);
        var random = new Random(3);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] bytes = [.. whole], json = [.. settings];
            if (i % 3 == 0)
                Change(json, quantization, json.Length);
            else
                Change(bytes, 0, i % 3 == 1 ? header : bytes.Length);
            // Another file: the last one may be mapped still.
            File.Delete(weights);
            File.WriteAllBytes(weights, bytes);
            File.WriteAllBytes(config, json);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(folder);
                using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
            }
            catch (CheckpointFormatException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }

        Assert.InRange(refused, Cases / 5, Cases);

        void Change(byte[] bytes, int begin, int end)
        {
            int at = random.Next(begin, end);
            bytes[at] = random.Next(4) == 0 ? (byte)255 : (byte)(bytes[at] ^ 1 << random.Next(8));
        }
    }

    /// <summary>Hostile sizes are compared with what is there before anything is made of them.</summary>
    [Theory]
    [InlineData("""{"blocksize":8,"dtype":"float32","shape":[9223372036854775807,2]}""")]
    [InlineData("""{"blocksize":8,"dtype":"float32","shape":[4294967296,4294967296]}""")]
    [InlineData("""{"blocksize":0,"dtype":"float32","shape":[4,4]}""")]
    [InlineData("""{"blocksize":8,"dtype":"float32","shape":[4,-4]}""")]
    [InlineData("""{"blocksize":8,"dtype":"int4","shape":[4,4]}""")]
    [InlineData("""{"blocksize":8,"dtype":"float32","shape":4}""")]
    [InlineData("[1]")]
    [InlineData("{")]
    public void A_hostile_state_of_bitsandbytes_is_no_large_allocation(string state)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(state);
        SafetensorsWriter.Write(
            _folder.File("model.safetensors"),
            [
                TensorSource.FromBytes("a.weight", TensorDataType.UInt8, [8, 1], new byte[8]),
                TensorSource.FromBytes("a.weight.absmax", TensorDataType.Float32, [2], new byte[8]),
                TensorSource.FromBytes("a.weight.quant_map", TensorDataType.Float32, [16], new byte[64]),
                TensorSource.FromBytes("a.weight.quant_state.bitsandbytes__nf4", TensorDataType.UInt8, [text.Length], text),
            ]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LogicalTensor weight = Assert.Single(checkpoint.Weights);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => weight.Read(0, new float[1]));
        Assert.Equal("a.weight", e.Tensor);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_group_that_there_is_not_is_refused_by_its_input()
    {
        (string folder, _) = QuantisedDecoder.Write(_folder, "gptq v1 in an order of inputs");
        string weights = Path.Combine(folder, "model.safetensors");
        byte[] whole = File.ReadAllBytes(weights);
        using (SafetensorsFile file = SafetensorsFile.Open(weights))
        {
            byte[] order = file.Tensors.First(tensor => tensor.Name.EndsWith("g_idx", StringComparison.Ordinal)).Bytes(0, 64).ToArray();
            whole[whole.AsSpan().IndexOf(order) + 4] = 77;
        }

        File.Delete(weights);
        File.WriteAllBytes(weights, whole);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => CausalLanguageModel.Load(checkpoint));
        Assert.Contains("the group 77 of input 1", e.Reason, StringComparison.Ordinal);
    }

    private static Tensor Logits(string folder)
    {
        using var guard = no_grad();
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        model.eval();
        using Tensor ids = tensor(new long[] { 2, 7, 9, 11, 5, 6 }, 1, 6);
        return model.Logits(ids);
    }

    /// <summary>A model whose configuration says something else of its quantisation.</summary>
    private string Write(string kind, string field, string value)
    {
        (string folder, _) = QuantisedDecoder.Write(_folder, kind);
        string file = Path.Combine(folder, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        config["quantization_config"]![field] = JsonNode.Parse(value);
        File.WriteAllText(file, config.ToJsonString());
        return folder;
    }
}
