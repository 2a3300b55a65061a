using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

/// <summary>Tensors that hold several matrices, scanned whole and by their parts.</summary>
public sealed class FusedScanTests : IDisposable
{
    private const string Phi = """
        { "model_type": "phi3", "hidden_size": 24, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8 }
        """;

    private static readonly KappaSelection Parts = KappaSelection.LowestFraction(0.5) with { Fused = FusedMatrices.ByParts };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A golden model, one of its fused tensors, and where its parts begin and end: in rows or, transposed, columns.</summary>
    public static TheoryData<string, string, bool, (string Part, TensorRole Role, long Begin, long End)[]> OfModels => new()
    {
        {
            "decoders/gpt2-tiny/model.safetensors", "transformer.h.1.attn.c_attn.weight", true,
            [("query", TensorRole.Query, 0, 32), ("key", TensorRole.Key, 32, 64), ("value", TensorRole.Value, 64, 96)]
        },
        {
            "decoders/phi3-tiny/model.safetensors", "model.layers.0.self_attn.qkv_proj.weight", false,
            [("query", TensorRole.Query, 0, 32), ("key", TensorRole.Key, 32, 48), ("value", TensorRole.Value, 48, 64)]
        },
        {
            "decoders/phi3-tiny/model.safetensors", "model.layers.1.mlp.gate_up_proj.weight", false,
            [("gate", TensorRole.FeedForwardGate, 0, 56), ("up", TensorRole.FeedForwardIn, 56, 112)]
        },
        {
            "gguf/gpt2-q8_0/model.gguf", "transformer.h.0.attn.c_attn.weight", true,
            [("query", TensorRole.Query, 0, 64), ("key", TensorRole.Key, 64, 128), ("value", TensorRole.Value, 128, 192)]
        },
        {
            "gguf/phi3-q8_0/model.gguf", "model.layers.1.self_attn.qkv_proj.weight", false,
            [("query", TensorRole.Query, 0, 64), ("key", TensorRole.Key, 64, 96), ("value", TensorRole.Value, 96, 128)]
        },
    };

    [Theory, MemberData(nameof(OfModels))]
    public void Parts_have_the_condition_numbers_that_they_have_by_themselves(
        string model, string name, bool isTransposed, (string Part, TensorRole Role, long Begin, long End)[] parts)
    {
        using var scope = NewDisposeScope();
        string file = Golden.Open(model), path = file.EndsWith(".gguf", StringComparison.Ordinal) ? file : Path.GetDirectoryName(file)!;
        using Checkpoint checkpoint = Checkpoint.Open(path);
        LogicalTensor weight = checkpoint.Weights.Single(one => one.Name == name);
        float[] numbers = new float[weight.ElementCount];
        weight.Read(0, numbers);
        Tensor whole = tensor(numbers, [.. weight.Shape]);
        ScanReport scan = TestCheckpoint.Scan(path, TestCheckpoint.Options(Parts, _folder.File("cache")));
        // Known again, each by itself.
        Assert.Equal(
            scan.Matrices.Select(m => (m.Id, m.Kappa)),
            TestCheckpoint.Scan(path, TestCheckpoint.Options(Parts, _folder.File("cache"))).Matrices.Select(m => (m.Id, m.Kappa)));
        Assert.Equal(parts.Select(part => $"{name}[{part.Part}]"), scan.Matrices.Where(m => m.Name == name).Select(m => m.Id));
        foreach ((string part, TensorRole role, long begin, long end) in parts)
        {
            ScannedMatrix matrix = scan.Find($"{name}[{part}]");
            Tensor values = whole.narrow(isTransposed ? 1 : 0, begin, end - begin);
            Assert.Equal((values.shape[0], values.shape[1]), (matrix.Rows, matrix.Columns));
            Assert.Equal((role, begin), (matrix.Role, matrix.PartStart!.Value));
            Assert.Equal(whole.shape, matrix.Shape.ToArray());
            Assert.Equal(1, matrix.Kappa!.Value / Matrices.Reference(values), 1e-3);
        }

        Assert.Empty(LeftWhole(scan));
        ScanReport asBefore = TestCheckpoint.Scan(path, TestCheckpoint.Options());
        Assert.Equal(1, asBefore.Find(name).Kappa!.Value / Matrices.Reference(whole), 1e-3);
        Assert.Equal(asBefore.Matrices.Sum(m => m.Parameters), scan.Matrices.Sum(m => m.Parameters));
        // Parts that have as many singular values as the whole: see docs/method.md.
        ScannedMatrix[] square = [.. scan.Matrices.Where(m => m.Name == name && m.Rows >= m.Columns)];
        if (square.Length == parts.Length)
            Assert.InRange(asBefore.Find(name).Kappa!.Value, 1, 1.001 * square.Max(m => m.Kappa!.Value));
    }

    [Fact]
    public void Experts_of_a_stack_by_parts_are_what_they_are_one_by_one()
    {
        string apart = Path.GetDirectoryName(Golden.Open("decoders/mixtral-tiny/model.safetensors"))!;
        File.Copy(Path.Combine(apart, "config.json"), _folder.File("config.json"));
        File.Copy(Path.Combine(apart, "model.fused.safetensors"), _folder.File("model.safetensors"));
        ScanReport stacked = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(Parts));
        ScanReport single = TestCheckpoint.Scan(apart, TestCheckpoint.Options(Parts));
        int compared = 0;
        foreach (ScannedMatrix part in stacked.Matrices.Where(m => m.Part is not null))
        {
            string name = part.Name.Replace("mlp.experts.gate_up_proj", "block_sparse_moe.experts.", StringComparison.Ordinal);
            ScannedMatrix alone = single.Find($"{name}{part.Expert}.{(part.Part == TensorPart.Gate ? "w1" : "w3")}.weight");
            Assert.Equal(alone.Role, part.Role);
            Assert.Equal((alone.Rows, alone.Columns, alone.Layer, alone.Expert), (part.Rows, part.Columns, part.Layer, part.Expert));
            Assert.Equal(1, part.Kappa!.Value / alone.Kappa!.Value, 1e-3);
            compared++;
        }

        Assert.Equal(2 * 4 * 2, compared);
        Assert.Contains(stacked.Matrices, m => m.Id.EndsWith("gate_up_proj[3][up]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model.layers.0.self_attn.qkv_proj.weight", 64, 24, "query 0 32 24,key 32 16 24,value 48 16 24")]
    [InlineData("model.layers.0.self_attn.qkv_proj.weight", 72, 24, "")]
    [InlineData("layers.0.attn.Wqkv.weight", 72, 24, "query 0 24 24,key 24 24 24,value 48 24 24")]
    [InlineData("layers.0.attn.Wqkv.weight", 64, 24, "")]
    [InlineData("layers.0.mlp.Wi.weight", 40, 24, "gate 0 20 24,up 20 20 24")]
    [InlineData("layers.0.mlp.Wi.weight", 41, 24, "")]
    [InlineData("encoder.self_attn.in_proj_weight", 72, 24, "query 0 24 24,key 24 24 24,value 48 24 24")]
    [InlineData("h.0.attn.c_attn.weight", 24, 72, "query 0 24 24,key 24 24 24,value 48 24 24")]
    [InlineData("h.0.attn.c_attn.weight", 72, 24, "query 0 24 24,key 24 24 24,value 48 24 24")]
    [InlineData("h.0.attn.c_attn.weight", 24, 48, "")]
    // In turns, head by head.
    [InlineData("encoder.layer.0.attention.self.in_proj.weight", 72, 24, "")]
    [InlineData("h.0.self_attention.query_key_value.weight", 72, 24, "")]
    public void Which_tensors_have_parts_and_where_follows_from_name_shape_and_configuration(
        string name, long rows, long columns, string expected)
    {
        _folder.Write("config.json", Phi);
        TestCheckpoint.Write(_folder.File("model.safetensors"), (name, TestCheckpoint.Gaussian(rows, columns, 1)));
        ScanReport scan = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(Parts));
        IEnumerable<string> parts = scan.Matrices.Where(m => m.Part is not null).Select(
            m => FormattableString.Invariant($"{m.Part!.Value.ToString().ToLowerInvariant()} {m.PartStart} {m.Rows} {m.Columns}"));
        Assert.Equal(expected, string.Join(',', parts));
        Assert.All(scan.Matrices, m => Assert.NotNull(m.Kappa));
        if (expected.Length > 0)
            Assert.Empty(LeftWhole(scan));
        else
            Assert.Contains(name, Assert.Single(LeftWhole(scan)));
    }

    [Theory]
    [InlineData("mixtral", 24, 2)]
    // Whose stacks are [experts, H, 2 · width].
    [InlineData("gpt_oss", 24, 1)]
    [InlineData("mixtral", 20, 1)]
    public void A_stack_has_parts_where_the_family_is_known_to_have_them(string family, int hidden, int parts)
    {
        _folder.Write("config.json", $$"""{ "model_type": "{{family}}", "hidden_size": {{hidden}} }""");
        TestCheckpoint.Write(
            _folder.File("model.safetensors"),
            ("model.layers.0.mlp.experts.gate_up_proj", TestCheckpoint.Gaussian(60, 24, 2).view(3, 20, 24)));
        ScanReport scan = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(Parts));
        Assert.Equal(3 * parts, scan.Matrices.Count);
        Assert.Equal(parts == 1 ? 1 : 0, LeftWhole(scan).Count());
    }

    [Theory]
    [InlineData("\"num_attention_heads\": 4", "\"num_attention_heads\": \"four\"", "num_attention_heads")]
    [InlineData("\"num_key_value_heads\": 2", "\"num_key_value_heads\": -2", "num_key_value_heads")]
    [InlineData("\"head_dim\": 8", "\"head_dim\": 8.5", "head_dim")]
    public void A_configuration_that_says_sizes_in_no_numbers_is_refused(string field, string damaged, string named)
    {
        _folder.Write("config.json", Phi.Replace(field, damaged));
        TestCheckpoint.Write(_folder.File("model.safetensors"), ("self_attn.qkv_proj.weight", TestCheckpoint.Gaussian(64, 24, 1)));
        var e = Assert.Throws<CheckpointFormatException>(() => TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(Parts)));
        Assert.Contains(named, e.Message);
        Assert.Single(TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options()).Matrices);
    }

    [Theory]
    [InlineData("\"num_attention_heads\": 4", "\"num_attention_heads\": 2147483647")]
    [InlineData("\"num_attention_heads\": 4", "\"num_attention_heads\": 0")]
    [InlineData("\"head_dim\": 8", "\"head_dim\": 0")]
    [InlineData("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 0")]
    public void Sizes_that_do_not_fit_leave_the_tensor_whole(string field, string other)
    {
        _folder.Write("config.json", Phi.Replace(field, other));
        TestCheckpoint.Write(_folder.File("model.safetensors"), ("self_attn.qkv_proj.weight", TestCheckpoint.Gaussian(64, 24, 1)));
        ScanReport scan = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(Parts));
        Assert.Null(Assert.Single(scan.Matrices).Part);
        Assert.Single(LeftWhole(scan));
    }

    [Fact]
    public void The_cache_knows_parts_from_each_other_and_from_the_whole()
    {
        _folder.Write("config.json", Phi);
        TestCheckpoint.Write(
            _folder.File("model.safetensors"),
            ("h.0.attn.c_attn.weight", TestCheckpoint.Gaussian(24, 72, 1)),
            ("h.1.attn.c_attn.weight", TestCheckpoint.Gaussian(24, 72, 2).to(bfloat16)),
            ("model.layers.0.self_attn.qkv_proj.weight", TestCheckpoint.Gaussian(64, 24, 3)));
        ScanReport Scan(KappaSelection selection, string? cache) =>
            TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(selection, cache));
        KappaSelection whole = Parts with { Fused = FusedMatrices.Whole };
        string folder = _folder.File("cache");
        Assert.Equal((3, 0), Counts(Scan(whole, folder)));
        Assert.Equal((3, 0), Counts(Scan(Parts, folder)));
        Assert.Equal((0, 3), Counts(Scan(whole, folder)));
        ScanReport again = Scan(Parts, folder);
        Assert.Equal((0, 3), Counts(again));
        Assert.Equal(Scan(Parts, cache: null).Matrices.Select(m => m.Kappa), again.Matrices.Select(m => m.Kappa));
        Assert.Equal(9, again.Matrices.Select(m => m.Kappa).Distinct().Count());

        static (int, int) Counts(ScanReport report) => (report.Computed, report.Cached);
    }

    [Fact]
    public void A_ranking_by_parts_selects_what_an_exact_scan_does()
    {
        _folder.Write("config.json", Phi);
        var random = new Random(3);
        int bounds = 0;
        TestCheckpoint.Write(_folder.File("model.safetensors"), Enumerable.Range(0, 24).Select(i => (
            $"h.{i}.attn.c_attn.weight",
            cat([.. Enumerable.Range(0, 3).Select(part => Matrices.WithKappa(64, 64, Math.Exp(8 * random.NextDouble()), 3 * i + part))], 1)
                .to(float32))));
        foreach (SelectionGrouping grouping in new[] { SelectionGrouping.None, SelectionGrouping.PerRole, SelectionGrouping.PerLayer })
        {
            KappaSelection selection = KappaSelection.LowestFraction(0.25) with { Fused = FusedMatrices.ByParts, Grouping = grouping };
            ScanReport exact = TestCheckpoint.Scan(_folder.Path, TestCheckpoint.Options(selection));
            ScanReport ranking = TestCheckpoint.Scan(
                _folder.Path, TestCheckpoint.Options(selection) with { Precision = ScanPrecision.Ranking });
            Assert.Equal(exact.Plan().Selected.Select(m => m.Id), ranking.Plan().Selected.Select(m => m.Id));
            Assert.Equal(18, ranking.Plan().SelectedCount);
            bounds += ranking.Matrices.Count(m => m.IsLowerBound);
        }

        // Else nothing was left out.
        Assert.InRange(bounds, 10, int.MaxValue);
    }

    [Theory]
    [InlineData(5, 60)]
    [InlineData(23, 71)]
    public void A_value_that_is_not_finite_is_named_where_it_is(int row, int column)
    {
        Tensor values = TestCheckpoint.Gaussian(24, 72, 1);
        values[row, column] = float.NaN;
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), ("h.0.attn.c_attn.weight", values));
        var e = Assert.Throws<CheckpointFormatException>(() => TestCheckpoint.Scan(path, TestCheckpoint.Options(Parts)));
        Assert.Contains($"row {row}, column {column}", e.Message);
        ScanReport others = TestCheckpoint.Scan(path, TestCheckpoint.Options(Parts with { Exclude = ["*[value]"] }));
        Assert.Equal(2, others.Matrices.Count(m => m.Kappa is not null));
    }

    [Fact]
    public void Parts_of_a_scan_in_shares_are_merged()
    {
        _folder.Write("config.json", Phi);
        TestCheckpoint.Write(
            _folder.File("model.safetensors"),
            ("model.layers.0.self_attn.qkv_proj.weight", TestCheckpoint.Gaussian(64, 24, 3)),
            ("model.layers.0.mlp.gate_up_proj.weight", TestCheckpoint.Gaussian(40, 24, 4)));
        ScanOptions options = TestCheckpoint.Options(Parts) with { PartCount = 2 };
        ScanReport merged = ScanReport.Merge(
            [.. new[] { 2, 1 }.Select(part => TestCheckpoint.Scan(_folder.Path, options with { Part = part }))]);
        ScanReport whole = TestCheckpoint.Scan(_folder.Path, options with { PartCount = 1 });
        Assert.Equal(whole.Matrices.Select(m => (m.Id, m.Kappa)), merged.Matrices.Select(m => (m.Id, m.Kappa)));
        Assert.Equal(5, merged.Matrices.Count);
    }

    private static IEnumerable<string> LeftWhole(ScanReport scan) => scan.Warnings.Where(warning => warning.Contains("taken whole"));
}
