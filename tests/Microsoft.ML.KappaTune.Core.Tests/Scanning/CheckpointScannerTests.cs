using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

public sealed class CheckpointScannerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Candidates_get_their_condition_number_and_the_others_are_listed()
    {
        var model = TestCheckpoint.Model();
        ScanReport report = Scan(model);

        string[] scanned = ["q_proj.weight", "o_proj.weight", "down_proj.weight", "gate_up_proj", "up_proj.weight"];
        Assert.Equal(model.Sum(t => t.Name.EndsWith("gate_up_proj", StringComparison.Ordinal) ? 4 : 1), report.Matrices.Count);
        foreach (ScannedMatrix matrix in report.Matrices)
        {
            bool isCandidate = scanned.Any(end => matrix.Name.EndsWith(end, StringComparison.Ordinal));
            Assert.Equal(isCandidate, matrix.Kappa is not null);
            if (!isCandidate)
                continue;
            Tensor value = model.Single(t => t.Name == matrix.Name).Value;
            double reference = Matrices.Reference(matrix.IsStacked ? value[matrix.Expert!.Value] : value);
            Assert.InRange(matrix.Kappa!.Value / reference, 1 - 1e-3, 1 + 1e-3);
            Assert.InRange(matrix.KappaError!.Value, 0, 1e-3);
            Assert.InRange(matrix.SigmaMax!.Value / matrix.SigmaMin!.Value / reference, 1 - 1e-3, 1 + 1e-3);
            Assert.False(matrix.IsLowerBound);
        }

        Assert.Equal(report.Matrices.Select(m => (m.Name, m.Expert)).Order(), report.Matrices.Select(m => (m.Name, m.Expert)));
        Assert.Equal((5, 0, "cpu"), (report.Computed, report.Cached, report.Device));
        ScannedMatrix expert = report.Find("model.layers.1.mlp.experts.gate_up_proj[2]");
        Assert.Equal((TensorRole.ExpertIn, 24, 40), (expert.Role, expert.Rows, expert.Columns));
    }

    [Fact]
    public void What_the_selection_asks_for_is_scanned_as_well()
    {
        KappaSelection most = KappaSelection.Lowest(1) with { Embeddings = true, Heads = true, Routers = true };
        ScanReport report = Scan(TestCheckpoint.Model(), TestCheckpoint.Options(most with { Exclude = ["*gate_up_proj[2]", "*q_proj*"] }));
        Assert.NotNull(report.Find("model.embed_tokens.weight").Kappa);
        Assert.NotNull(report.Find("lm_head.weight").Kappa);
        Assert.NotNull(report.Find("model.layers.0.mlp.gate.weight").Kappa);
        Assert.Null(report.Find("model.layers.0.self_attn.q_proj.weight").Kappa);
        Assert.Null(report.Find("model.layers.1.mlp.experts.gate_up_proj[2]").Kappa);
        Assert.InRange(report.Find("model.layers.1.mlp.experts.gate_up_proj[3]").Kappa!.Value, 16.9, 17.1);
    }

    [Fact]
    public void Higher_ranks_are_viewed_as_matrices()
    {
        Tensor kernel = TestCheckpoint.Gaussian(16, 72, 5), oneDimensional = TestCheckpoint.Gaussian(8, 15, 6);
        ScanReport report = Scan([("conv.weight", kernel.view(16, 8, 3, 3)), ("conv1d.weight", oneDimensional.view(8, 5, 3))]);
        Assert.Equal((16, 72), (report.Find("conv.weight").Rows, report.Find("conv.weight").Columns));
        Assert.Equal(Matrices.Reference(kernel), report.Find("conv.weight").Kappa!.Value, 0.01);
        Assert.Equal(Matrices.Reference(oneDimensional), report.Find("conv1d.weight").Kappa!.Value, 0.01);
    }

    [Fact]
    public void Scalars_vectors_and_empty_tensors_are_listed()
    {
        ScanReport report = Scan([
            ("scalar", ones([])), ("vector", ones(3)), ("empty", zeros(0, 5)), ("empty.experts.down_proj", zeros(4, 0, 2)),
            ("many.experts.down_proj", zeros(1L << 40, 0, 2)), ("codes", zeros([4, 4], int64)), ("w", eye(3))]);
        Assert.Equal(7, report.Matrices.Count);
        Assert.All(report.Matrices, matrix => Assert.Equal(matrix.Name == "w", matrix.Kappa is not null));
        Assert.Equal(1, report.Find("w").Kappa);
        Assert.Equal(SelectionRule.Rank, report.Plan().Matrices.Single(m => m.Selected).Rule);
    }

    [Fact]
    public void A_checkpoint_without_tensors_is_an_empty_report() => Assert.Empty(Scan([]).Matrices);

    [Theory]
    [InlineData(ScalarType.Float32, 1 << 24)]
    [InlineData(ScalarType.Float16, 2048)]
    [InlineData(ScalarType.BFloat16, 256)]
    public void Beyond_precision_is_what_rounding_the_stored_values_decides(ScalarType type, double limit)
    {
        // Powers of two, which every type holds.
        (string, Tensor) Diagonal(string name, double kappa) => (name, diag(tensor(new[] { 1, 0.5, 1 / kappa }, float64)).to(type));
        ScanReport report = Scan([Diagonal("below", limit / 2), Diagonal("at", limit), Diagonal("zero", double.PositiveInfinity)]);
        Assert.Equal((limit / 2, false), (report.Find("below").Kappa, report.Find("below").BeyondPrecision));
        Assert.Equal((limit, true), (report.Find("at").Kappa, report.Find("at").BeyondPrecision));
        Assert.Equal((double.PositiveInfinity, true), (report.Find("zero").Kappa, report.Find("zero").BeyondPrecision));
        Assert.Equal("zero", report.Plan(KappaSelection.Lowest(3)).Selected.Last().Name);
    }

    [Fact]
    public void Eight_bit_floats_are_scanned_by_their_values()
    {
        // E4M3: 0x38 is 1, 0x40 is 2, 0x30 is 0.5. E5M2: 0x3C is 1, 0x40 is 2, 0x38 is 0.5.
        SafetensorsWriter.Write(_folder.File("m.safetensors"), [
            TensorSource.FromBytes("a", TensorDataType.Float8E4M3, [2, 2], new byte[] { 0x40, 0, 0, 0x30 }),
            TensorSource.FromBytes("b", TensorDataType.Float8E5M2, [2, 2], new byte[] { 0x40, 0, 0, 0x3C })]);
        ScanReport report = TestCheckpoint.Scan(_folder.File("m.safetensors"), TestCheckpoint.Options());
        Assert.Equal(4, report.Find("a").Kappa!.Value, 1e-9);
        Assert.Equal(2, report.Find("b").Kappa!.Value, 1e-9);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "infinite")]
    [InlineData(float.NegativeInfinity, "infinite")]
    public void A_value_that_is_not_finite_is_an_error_or_a_row(float value, string word)
    {
        Tensor stacked = TestCheckpoint.Gaussian(30, 10, 1).view(3, 10, 10);
        stacked[1, 4, 5] = value;
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), ("experts.down_proj", stacked), ("w", eye(4)));
        var error = Assert.Throws<CheckpointFormatException>(() => TestCheckpoint.Scan(path, TestCheckpoint.Options()));
        Assert.Equal((path, "experts.down_proj"), (error.File, error.Tensor));
        Assert.Contains(word, error.Message);
        Assert.Contains("[1, 4, 5]", error.Message);

        ScanReport report = TestCheckpoint.Scan(path, TestCheckpoint.Options() with { NonFinite = NonFiniteHandling.Report });
        Assert.Null(report.Find("experts.down_proj[1]").Kappa);
        Assert.NotNull(report.Find("experts.down_proj[2]").Kappa);
        TuningPlan plan = report.Plan(KappaSelection.LowestFraction(1));
        Assert.Equal(["w", "experts.down_proj[0]", "experts.down_proj[2]"], plan.Selected.Select(m => m.Id).OrderByDescending(id => id[0]));
        Assert.Equal(SelectionRule.NoScore, plan.Matrices.Single(m => m.Matrix.Id == "experts.down_proj[1]").Rule);
    }

    [Fact]
    public void The_values_are_the_same_every_time_and_in_every_arrangement_of_files()
    {
        var model = TestCheckpoint.Model();
        ScanReport one = Scan(model), again = Scan(model);
        Assert.Equal(one.Matrices.Select(m => (m.Id, m.Kappa, m.SigmaMax)), again.Matrices.Select(m => (m.Id, m.Kappa, m.SigmaMax)));
        Assert.Equal(one.Fingerprint, again.Fingerprint);

        string shards = Directory.CreateDirectory(_folder.File("shards")).FullName;
        TestCheckpoint.Write(Path.Combine(shards, "a.safetensors"), model[..4]);
        TestCheckpoint.Write(Path.Combine(shards, "b.safetensors"), model[4..]);
        string map = string.Join(',', model.Select((t, i) => $"\"{t.Name}\":\"{(i < 4 ? 'a' : 'b')}.safetensors\""));
        File.WriteAllText(Path.Combine(shards, "model.safetensors.index.json"), $$"""{"metadata":{},"weight_map":{ {{map}} } }""");
        ScanReport split = TestCheckpoint.Scan(shards, TestCheckpoint.Options());
        Assert.Equal(one.Matrices.Select(m => (m.Id, m.Kappa)), split.Matrices.Select(m => (m.Id, m.Kappa)));
        Assert.Equal(one.Fingerprint, split.Fingerprint);
        Assert.NotEqual(one.Fingerprint, Scan(TestCheckpoint.Model(seed: 2)).Fingerprint);
    }

    [Fact]
    public void Progress_is_told_after_every_tensor()
    {
        var told = new List<ScanProgress>();
        int thread = Environment.CurrentManagedThreadId;
        ScanReport report = Scan(TestCheckpoint.Model(), TestCheckpoint.Options() with
        {
            Progress = progress =>
            {
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
                told.Add(progress);
            },
        });
        Assert.Equal(
            report.Matrices.Where(m => m.Kappa is not null).Select(m => m.Name).ToHashSet(), told.Select(p => p.Tensor).ToHashSet());
        Assert.Equal(Enumerable.Range(1, 5), told.Select(p => p.Tensors));
        Assert.All(told, p => Assert.Equal((5, told[^1].Bytes), (p.TotalTensors, p.TotalBytes)));
        Assert.Equal(told.Select(p => p.Bytes).Order(), told.Select(p => p.Bytes));
        Assert.All(told, p => Assert.True(p.Remaining >= TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Cancelling_stops_between_tensors(int after)
    {
        using var source = new CancellationTokenSource();
        int told = 0;
        if (after == 0)
            source.Cancel();
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        var options = TestCheckpoint.Options() with
        {
            Progress = _ =>
            {
                if (++told == after)
                    source.Cancel();
            },
        };
        Assert.ThrowsAny<OperationCanceledException>(() => CheckpointScanner.Scan(path, options, source.Token));
        Assert.Equal(after, told);
    }

    [Fact]
    public void What_was_found_before_a_cancellation_is_not_computed_again()
    {
        using var source = new CancellationTokenSource();
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"), TestCheckpoint.Model());
        var options = TestCheckpoint.Options(cache: _folder.File("cache"));
        Assert.ThrowsAny<OperationCanceledException>(
            () => CheckpointScanner.Scan(path, options with { Progress = p => { if (p.Tensors == 2) source.Cancel(); } }, source.Token));
        ScanReport report = TestCheckpoint.Scan(path, options);
        Assert.Equal((3, 2), (report.Computed, report.Cached));
    }

    [Fact]
    public void An_exception_from_the_progress_callback_ends_the_scan()
    {
        var expected = new InvalidOperationException();
        Assert.Same(expected, Assert.Throws<InvalidOperationException>(
            () => Scan(TestCheckpoint.Model(), TestCheckpoint.Options() with { Progress = _ => throw expected })));
    }

    private ScanReport Scan((string, Tensor)[] tensors, ScanOptions? options = null) =>
        TestCheckpoint.Scan(TestCheckpoint.Write(_folder.File("model.safetensors"), tensors), options ?? TestCheckpoint.Options());
}
