using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

/// <summary>The same matrices with other numbers of threads, again, and in a stack or alone.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ScanAgreementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Values_are_the_same_with_as_many_threads_and_agree_within_their_bounds_with_others()
    {
        // Squares, tall and wide ones that take each way, and a stack of experts with the same experts alone.
        Tensor[] experts = [.. Enumerable.Range(0, 6).Select(i => Expert(i))];
        (string Name, Tensor Value)[] model =
        [
            .. Layers("self_attn.q_proj", 200, 200, float32), .. Layers("mlp.up_proj", 400, 130, bfloat16),
            .. Layers("mlp.down_proj", 130, 400, float64),
            ("model.layers.5.mlp.experts.down_proj", stack(experts)),
            .. experts.Select((expert, i) => ($"model.layers.6.mlp.experts.{i}.down_proj.weight", expert)),
        ];
        string file = TestCheckpoint.Write(_folder.File("m.safetensors"), model);
        ScanReport[][] scans = [.. new[] { 1, 2, 3 }.Select(threads => Enumerable.Range(0, 3).Select(_ => Scan(threads)).ToArray())];
        foreach (ScanReport[] repeated in scans)
            Assert.All(repeated, again => Assert.Equal(Numbers(repeated[0]), Numbers(again)));
        foreach (ScanReport[] other in scans[1..])
            Assert.All(scans[0][0].Matrices, matrix => AssertAgree(matrix, other[0].Find(matrix.Id)));
        for (int i = 0; i < experts.Length; i++)
        {
            ScannedMatrix stacked = scans[0][0].Find($"model.layers.5.mlp.experts.down_proj[{i}]");
            AssertAgree(stacked, scans[1][0].Find($"model.layers.6.mlp.experts.{i}.down_proj.weight"));
        }

        static Tensor Expert(int i) => Matrices.WithKappa(160, 90, 10 * Math.Pow(6, i), seed: 20 + i).to(float32);
        static IEnumerable<(string, Tensor)> Layers(string name, long rows, long columns, ScalarType type) => new[] { 4, 300, 2e4, 1e6 }
            .Select((kappa, i) => ($"model.layers.{i}.{name}.weight", Matrices.WithKappa(rows, columns, kappa, i).to(type)));
        static IEnumerable<(double?, double?)> Numbers(ScanReport report) => report.Matrices.Select(m => (m.Kappa, m.KappaError));
        ScanReport Scan(int threads) => TestCheckpoint.Scan(file, TestCheckpoint.Options() with { Threads = threads });
    }

    private static void AssertAgree(ScannedMatrix one, ScannedMatrix other) =>
        Assert.InRange(Math.Abs(one.Kappa!.Value / other.Kappa!.Value - 1), 0, (one.KappaError!.Value + other.KappaError!.Value) * 1.001);
}
