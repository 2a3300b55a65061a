using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>
/// κ was that of codes, or of scales; it is that of the values that a model computes with, or there is none, with a reason.
/// </summary>
public sealed class QuantisedWeightsTests : IDisposable
{
    private const string Module = "model.layers.0.self_attn.q_proj";

    private static readonly byte[] State = """{"quant_type":"fp4","blocksize":2,"dtype":"float32","shape":[2,2]}"""u8.ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scales_of_rows_tensors_and_blocks_multiply_codes_of_8_bits()
    {
        // E4M3: 0x38 is 1. A diagonal of ones, so that κ is the ratio of scales.
        ScanReport report = Scan(
            """{"quantization_config":{"quant_method":"fp8","weight_block_size":[2,2]}}""",
            Codes("rows.weight"), Floats("rows.weight_scale", [4, 1], 8, 4, 2, 1), Floats("rows.input_scale", [1], 3),
            Codes("whole.weight"), Floats("whole.weight_scale", [], 7),
            Codes("blocks.weight"), Floats("blocks.weight_scale_inv", [2, 2], 32, 5, 5, 1),
            Codes("odd.weight"), Floats("odd.weight_scale", [3, 1], 1, 1, 1));
        Assert.Equal(["blocks.weight", "odd.weight", "rows.weight", "whole.weight"], report.Matrices.Select(m => m.Name));
        Assert.Equal(8, report.Find("rows.weight").Kappa!.Value, 1e-6);
        Assert.Equal(1, report.Find("whole.weight").Kappa!.Value, 1e-6);
        Assert.Equal(32, report.Find("blocks.weight").Kappa!.Value, 1e-6);
        Assert.False(report.Find("blocks.weight").BeyondPrecision);
        Assert.Equal((null, SelectionRule.Unreadable), (report.Find("odd.weight").Kappa, RuleOf(report, "odd.weight")));
        Assert.Contains("[3, 1]", report.Find("odd.weight").Problem, StringComparison.Ordinal);

        static TensorSource Codes(string name) => TensorSource.FromBytes(
            name, TensorDataType.Float8E4M3, [4, 4], Enumerable.Range(0, 16).Select(i => i % 5 == 0 ? (byte)0x38 : (byte)0).ToArray());
    }

    [Theory]
    [InlineData("gptq", 5)]
    [InlineData("gptq_v2", 9)]
    public void Zero_points_of_GPTQ_s_first_version_lack_one(string format, double kappa)
    {
        // A word an output: its eight inputs have the code 3, one on the diagonal 5. With zero points of 2, 1 beside 3: κ is 10 / 2.
        uint[] words = [0x33333335, 0x33333353, 0x33333533, 0x33335333, 0x33353333, 0x33533333, 0x35333333, 0x53333333];
        ScanReport report = Scan(
            $$$"""{"quantization_config":{"quant_method":"gptq","bits":4,"checkpoint_format":"{{{format}}}"}}""",
            Words($"{Module}.qweight", [1, 8], words), Words($"{Module}.qzeros", [1, 1], 0x11111111),
            Floats($"{Module}.scales", [1, 8], 1, 1, 1, 1, 1, 1, 1, 1));
        ScannedMatrix matrix = report.Find($"{Module}.weight");
        Assert.Equal(kappa, matrix.Kappa!.Value, 1e-5);
        Assert.Equal((TensorRole.Query, 8L, 8L, "GPTQ 4-bit"), (matrix.Role, matrix.Rows, matrix.Columns, matrix.Encoding));
    }

    [Theory]
    [InlineData(""","group_size":16""", null)]
    [InlineData(""","group_size":8""", "a group_size of 8 doesn't make")]
    [InlineData("", "aren't 3 equal groups")]
    public void The_last_of_groups_that_do_not_divide_the_inputs_is_the_shorter_one(string size, string? problem)
    {
        // 40 inputs in groups of 16, 16 and 8; all codes are zero but one an output, of which the last is input 14. Groups as equal as can
        // be would give that one the scale 9.
        uint[] words =
        [
            0x33333334, 0x33333343, 0x33333433, 0x33334333, 0x33343333, 0x33433333, 0x34333333, 0x33333333,
            .. Enumerable.Repeat(0x33333333u, 7), 0x34333333, .. Enumerable.Repeat(0x33333333u, 24),
        ];
        ScanReport report = Scan(
            $$$"""{"quantization_config":{"quant_method":"gptq","bits":4{{{size}}}}}""", Plain("a.weight"),
            Words($"{Module}.qweight", [5, 8], words),
            Words($"{Module}.qzeros", [3, 1], 0x22222222, 0x22222222, 0x22222222),
            Floats($"{Module}.scales", [3, 8], [.. Enumerable.Repeat(1f, 15), 9, .. Enumerable.Repeat(1f, 7), 9]));
        ScannedMatrix matrix = report.Find($"{Module}.weight");
        if (problem is null)
            Assert.Equal(1, matrix.Kappa!.Value, 1e-5);
        else
            Assert.Contains(problem, matrix.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, null)]
    [InlineData(4, "its 16 inputs are 2 groups, which a group_size of 4 doesn't make")]
    public void A_group_size_that_the_scales_contradict_is_refused(int size, string? problem)
    {
        ScanReport report = Scan(
            $$$"""{"quantization_config":{"quant_method":"gptq","bits":4,"group_size":{{{size}}}}}""", Plain("a.weight"),
            Words($"{Module}.qweight", [2, 8], [.. Enumerable.Range(0, 16).Select(i => 0x33333333u + (i < 8 ? 1u << 4 * i : 0))]),
            Words($"{Module}.qzeros", [2, 1], 0x22222222, 0x22222222), Floats($"{Module}.scales", [2, 8], [.. Enumerable.Repeat(1f, 16)]));
        ScannedMatrix matrix = report.Find($"{Module}.weight");
        Assert.Equal((problem, problem is null), (matrix.Problem, matrix.Kappa is not null));
    }

    [Theory]
    [InlineData("a.W_q", "a.scale", "a.zero")]
    [InlineData("a.codes", "a.codebooks", "a.outliers")]
    public void Parts_of_codes_of_any_method_are_no_candidates(string codes, string scale, string zero)
    {
        ScanReport report = Scan(
            """{"quantization_config":{"quant_method":"of-tomorrow"}}""", Plain("b.weight"), Plain("a.weight"),
            Bytes(codes, TensorDataType.UInt8, [4, 4], 1), Floats(scale, [2, 2], 1, 2, 3, 5), Floats(zero, [2, 2], 1, 2, 3, 5));
        foreach (string part in (string[])[scale, zero])
        {
            Assert.Contains("beside codes of of-tomorrow", report.Find(part).Problem, StringComparison.Ordinal);
            Assert.Equal(SelectionRule.Unreadable, RuleOf(report, part));
        }

        Assert.Equal(2, report.Find("a.weight").Kappa!.Value, 1e-6);
    }

    [Theory]
    [InlineData("int8", 128, false)]
    [InlineData("int8", 512, true)]
    [InlineData("fp4", 8, false)]
    [InlineData("fp4", 32, true)]
    public void Beyond_precision_are_256_of_8_bits_and_16_of_4(string coding, float kappa, bool isBeyond)
    {
        ScannedMatrix matrix = coding == "int8"
            ? Scan(null, TensorSource.FromBytes("a.weight", TensorDataType.Int8, [2, 2], new byte[] { 127, 0, 0, 127 }),
            Floats("a.SCB", [2], 1, kappa))
                .Find("a.weight")
            : Scan(
                null, TensorSource.FromBytes("a.weight", TensorDataType.UInt8, [2, 1], new byte[] { 0x10, 0x01 }),
                Floats("a.weight.absmax", [2], 1, kappa), Floats("a.weight.quant_map", [16], [0, 1, .. new float[14]]),
                TensorSource.FromBytes("a.weight.quant_state.bitsandbytes__fp4", TensorDataType.UInt8, [State.Length], State))
                    .Find("a.weight");
        Assert.Equal(kappa, matrix.Kappa!.Value, kappa * 1e-6);
        Assert.Equal(isBeyond, matrix.BeyondPrecision);
    }

    [Fact]
    public void Codes_that_aren_t_read_have_a_reason_and_their_parts_are_no_candidates()
    {
        ScanReport report = Scan(
            """{"quantization":{"group_size":32,"bits":4}}""",
            Plain("model.layers.0.mlp.up_proj.weight"),
            Bytes($"{Module}.weight", TensorDataType.UInt32, [8, 2], 4), Floats($"{Module}.scales", [8, 4], new float[32]),
            Floats($"{Module}.biases", [8, 4], new float[32]),
            Bytes("a.qweight", TensorDataType.Int32, [1, 8], 4), Floats("a.scales", [1, 8], new float[8]),
            Bytes("a.qzeros", TensorDataType.Int32, [1, 1], 4),
            Bytes("b.weight_packed", TensorDataType.Int32, [8, 2], 4), Floats("b.weight_scale", [8, 2], new float[16]),
            Bytes("c.weight", TensorDataType.UInt8, [8, 8], 1), Floats("c.weight_scale", [8, 2], new float[16]),
            Floats("c.weight_scale_2", [], 1),
            Bytes("experts.gate_up_proj_blocks", TensorDataType.UInt8, [2, 8, 1, 16], 1),
            Bytes("experts.gate_up_proj_scales", TensorDataType.UInt8, [2, 8, 1], 1),
            Bytes("d.weight", TensorDataType.Float8E4M3, [8, 32], 1), Bytes("d.weight_scale", TensorDataType.UInt8, [8, 1], 1),
            Floats("lost.scales", [8, 4], new float[32]));
        Assert.Equal(
            ["a.weight", "b.weight", "c.weight", "d.weight", "experts.gate_up_proj[0]", "experts.gate_up_proj[1]", "lost.scales",
                "model.layers.0.mlp.up_proj.weight", $"{Module}.weight"],
            report.Matrices.Select(m => m.Id));
        Assert.All(report.Matrices.Where(m => !m.Name.Contains("up_proj.weight")), matrix =>
        {
            Assert.Null(matrix.Kappa);
            Assert.NotNull(matrix.Problem);
            Assert.Equal(SelectionRule.Unreadable, RuleOf(report, matrix.Id));
        });
        report.Save(_folder.File("scan.json"), report.Plan());
        ScanReport loaded = ScanReport.Load(_folder.File("scan.json"));
        Assert.Equal(
            report.Matrices.Select(m => (m.Id, m.Encoding, m.Problem)), loaded.Matrices.Select(m => (m.Id, m.Encoding, m.Problem)));
    }

    [Fact]
    public void Where_nothing_can_be_read_the_message_says_why()
    {
        ScanReport report = Scan(null, Bytes("a.weight", TensorDataType.UInt32, [8, 2], 4), Floats("a.scales", [8, 4], new float[32]));
        Assert.Contains("MXFP4", Assert.Throws<ArgumentException>(() => report.Plan()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_norm_is_g_v_over_its_length()
    {
        float[] v = [3, 4, 0, 5, 0, 0, 0, 0, 2];
        ScanReport report = Scan(
            null,
            Floats("old.fc1.weight_v", [3, 3], v), Floats("old.fc1.weight_g", [3, 1], 10, 1, 1),
            Floats("new.fc1.parametrizations.weight.original1", [3, 3], v),
            Floats("new.fc1.parametrizations.weight.original0", [3, 1], 10, 1, 1),
            Floats("columns.fc1.weight_v", [2, 2], 3, 0, 4, 1), Floats("columns.fc1.weight_g", [1, 2], 5, 1));
        // Rows [6, 8, 0], [1, 0, 0] and [0, 0, 1].
        double kappa = KappaOf(6, 8, 1, 0);
        Assert.Equal(kappa, report.Find("old.fc1.weight").Kappa!.Value, kappa * 1e-6);
        Assert.Equal(kappa, report.Find("new.fc1.weight").Kappa!.Value, kappa * 1e-6);
        Assert.Equal(KappaOf(3, 0, 4, 1), report.Find("columns.fc1.weight").Kappa!.Value, 1e-5);
        Assert.Equal(
            (TensorRole.FeedForwardIn, "weight norm"), (report.Find("new.fc1.weight").Role, report.Find("new.fc1.weight").Encoding));
        Assert.Equal(3, report.Matrices.Count);
    }

    [Fact]
    public void A_tensor_of_an_unknown_type_blocks_no_other()
    {
        const string Header =
            """{"odd":{"dtype":"F4","shape":[4,4],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}""";
        byte[] file = Tests.Checkpoints.SafetensorsBytes.Of(Header, 8 + 16);
        MemoryMarshal.AsBytes([2f, 0f, 0f, 1f]).CopyTo(file.AsSpan(file.Length - 16));
        ScanReport report = TestCheckpoint.Scan(_folder.Write("model.safetensors", file), TestCheckpoint.Options());
        Assert.Equal(2, report.Find("w").Kappa!.Value, 1e-9);
        Assert.Equal(TensorDataType.Unknown, report.Find("odd").DataType);
        Assert.Contains("\"F4\"", report.Find("odd").Problem, StringComparison.Ordinal);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        var refused = Assert.Throws<CheckpointFormatException>(() => checkpoint.Find("odd")!.Read(0, new float[1]));
        Assert.Equal(("odd", "dtype"), (refused.Tensor, refused.Field));
    }

    [Fact]
    public void The_cache_knows_values_by_all_their_parts()
    {
        string cache = _folder.File("cache");
        double First(float scale) => Scan(
            null, cache, TensorSource.FromBytes("a.weight", TensorDataType.Int8, [2, 2], new byte[] { 127, 0, 0, 127 }),
            Floats("a.SCB", [2], 1, scale))
            .Find("a.weight").Kappa!.Value;
        Assert.Equal(4, First(4), 1e-6);
        Assert.Equal(8, First(8), 1e-6);
        Assert.Equal(4, First(4), 1e-6);
    }

    [Fact]
    public void Rows_of_a_data_view_are_the_same_weights()
    {
        Write(null, TensorSource.FromBytes("a.weight", TensorDataType.Int8, [2, 2], new byte[] { 127, 0, 0, 127 }),
            Floats("a.SCB", [2], 1, 4),
            Bytes("b.weight", TensorDataType.UInt32, [8, 2], 4), Floats("b.scales", [8, 4], new float[32]));
        var context = new MLContext();
        IDataView data = context.Data.LoadFromCheckpoint(_folder.Path);
        // Wide types come first in the file.
        Assert.Equal(["b.weight", "a.weight"], data.GetColumn<string>("Name"));
        Assert.Equal(["unreadable", "bitsandbytes int8"], data.GetColumn<string>("DataType"));
        Assert.Equal([[], [1, 0, 0, 4]], data.GetColumn<float[]>("Weight"));
        IDataView chosen = context.Transforms.KappaConditionNumber().Append(context.Transforms.KappaSelection(KappaSelection.Lowest(2)))
            .Fit(data).Transform(data);
        Assert.Equal([double.NaN, 4], chosen.GetColumn<double>("Kappa").Select(kappa => Math.Round(kappa, 5)));
        Assert.Equal([false, true], chosen.GetColumn<bool>("Selected"));
    }

    [Fact]
    public void A_quantised_base_is_loaded_with_the_values_of_its_codes()
    {
        const string Query = "bert.encoder.layer.0.attention.self.query.weight";
        string path = TinyModel.Write(_folder);
        using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(path, "model.safetensors")))
        {
            TensorSource[] tensors = [.. file.Tensors.Select(t => t.Name == Query
                ? Bytes(Query, TensorDataType.Int8, t.Shape, 1)
                : TensorSource.FromBytes(t.Name, t.DataType, t.Shape, t.Bytes(0, (int)t.ByteLength).ToArray())),
                Floats(Query.Replace("weight", "SCB"), [32], [.. Enumerable.Repeat(1f, 32)])];
            SafetensorsWriter.Write(_folder.File("quantised.safetensors"), tensors);
        }

        File.Move(_folder.File("quantised.safetensors"), Path.Combine(path, "model.safetensors"), overwrite: true);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 2, seed: 1);
        using var values = model.get_parameter(Query)!.detach();
        Assert.Equal([1 / 127f, 2 / 127f, 3 / 127f], MemoryMarshal.Cast<byte, float>(values.bytes)[..3].ToArray());
    }

    /// <summary>κ of [[a, b], [c, d]], by hand.</summary>
    private static double KappaOf(double a, double b, double c, double d)
    {
        double sum = a * a + b * b + c * c + d * d, det = Math.Abs(a * d - b * c);
        double root = Math.Sqrt(sum * sum - 4 * det * det);
        return Math.Sqrt((sum + root) / (sum - root));
    }

    private static SelectionRule RuleOf(ScanReport report, string id) =>
        report.Plan(KappaSelection.Lowest(1)).Matrices.Single(m => m.Matrix.Id == id).Rule;

    private ScanReport Scan(string? config, params TensorSource[] tensors) => Scan(config, cache: null, tensors);

    private ScanReport Scan(string? config, string? cache, params TensorSource[] tensors)
    {
        Write(config, tensors);
        return TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(cache: cache));
    }

    private void Write(string? config, params TensorSource[] tensors)
    {
        if (config is not null)
            _folder.Write("config.json", config);
        SafetensorsWriter.Write(_folder.File("model.safetensors"), tensors);
    }

    private static TensorSource Floats(string name, long[] shape, params float[] values) =>
        TensorSource.FromBytes(name, TensorDataType.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static TensorSource Words(string name, long[] shape, params uint[] values) =>
        TensorSource.FromBytes(name, TensorDataType.Int32, shape, MemoryMarshal.AsBytes<uint>(values).ToArray());

    private static TensorSource Bytes(string name, TensorDataType type, IReadOnlyList<long> shape, int size) =>
        TensorSource.FromBytes(
            name, type, shape, Enumerable.Range(1, (int)shape.Aggregate(1L, (x, y) => x * y) * size).Select(i => (byte)i).ToArray());

    private static TensorSource Plain(string name) => Floats(name, [2, 2], 2, 0, 0, 1);
}
