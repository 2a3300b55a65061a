using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

/// <summary>Scans of recorded checkpoints against float64 singular values and against the reference implementation.</summary>
public sealed class GoldenScanTests
{
    private static readonly KappaSelection Everything =
        KappaSelection.LowestFraction(1) with { Embeddings = true, Heads = true, Routers = true, SingleDimensions = true };

    public static TheoryData<string> SpectraLists => Golden.Files("spectra", "spectra.*.json");

    [Theory, MemberData(nameof(SpectraLists))]
    public void Every_condition_number_is_that_of_float64(string row)
    {
        Dictionary<string, double> expected = Expected(Golden.Open(row), out HashSet<string> noise);
        ScanReport report = Scan(row);
        Assert.Equal(expected.Keys.ToHashSet(), report.Matrices.Where(m => m.Kappa is not null).Select(m => m.Id).ToHashSet());
        Assert.All(report.Matrices.Where(m => m.Kappa is not null), matrix =>
        {
            double kappa = expected[matrix.Id], found = matrix.Kappa!.Value;
            if (kappa > 1e9)
                Assert.InRange(found, 1e7, double.PositiveInfinity);
            else
                Assert.InRange(found / kappa, 1 - Tolerance(kappa), 1 + Tolerance(kappa));
            Assert.Equal(found >= Limit(matrix.DataType), matrix.BeyondPrecision);
            // The recorded flag is a cruder one: σ_min within the rounding of a float32 SVD.
            Assert.True(!matrix.BeyondPrecision || matrix.DataType != TensorDataType.Float32 || noise.Contains(matrix.Id));
        });
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void The_reference_found_the_same_where_float32_can_tell(string row)
    {
        string file = Beside(Golden.Open(row), "condition_numbers.");
        // Its file says Infinity as no JSON does.
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file).Replace(" Infinity", " null"));
        ScanReport report = Scan(row);
        int compared = 0;
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Null || entry.Value.GetDouble() > 1e4)
                continue;
            Assert.InRange(report.Find(entry.Name).Kappa!.Value / entry.Value.GetDouble(), 1 - 2e-3, 1 + 2e-3);
            compared++;
        }

        Assert.InRange(compared, 20, int.MaxValue);
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void The_lowest_are_those_of_float64(string row)
    {
        Dictionary<string, double> expected = Expected(Golden.Open(row), out _);
        string[] order =
            [.. expected.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
        ScanReport report = Scan(row);
        int compared = 0;
        for (int count = 1; count <= order.Length; count++)
        {
            // Where two are closer than the promised error, or both σ_min are rounding, either may be the next.
            double last = expected[order[count - 1]];
            double next = count < order.Length ? expected[order[count]] : double.PositiveInfinity;
            if (last > 1e9 || next <= last * (1 + 2 * Tolerance(next)))
                continue;
            TuningPlan plan = report.Plan(
                KappaSelection.Lowest(count) with { Embeddings = true, Heads = true, Routers = true, SingleDimensions = true });
            Assert.Equal(order[..count].Order(StringComparer.Ordinal), plan.Selected.Select(m => m.Id).Order(StringComparer.Ordinal));
            compared++;
        }

        Assert.InRange(compared, order.Length / 2, order.Length);
    }

    [Theory, MemberData(nameof(SpectraLists))]
    public void A_ranking_selects_what_an_exact_scan_does(string row)
    {
        string list = Golden.Open(row);
        ScanReport exact = TestCheckpoint.Scan(Beside(list, "model.", ".safetensors"), TestCheckpoint.Options());
        int bounds = 0;
        foreach (KappaSelection selection in Selections())
        {
            ScanReport ranking = TestCheckpoint.Scan(
                Beside(list, "model.", ".safetensors"), TestCheckpoint.Options(selection) with { Precision = ScanPrecision.Ranking });
            // Two whose κ differ by less than the promised error may come in either order.
            Assert.Equal(Ids(exact.Plan(selection)), Ids(ranking.Plan(selection)));
            bounds += ranking.Matrices.Count(m => m.IsLowerBound);
        }

        Assert.NotEqual(0, bounds);

        static IEnumerable<string> Ids(TuningPlan plan) => plan.Selected.Select(m => m.Id).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<KappaSelection> Selections()
    {
        yield return KappaSelection.LowestFraction(0.2);
        yield return KappaSelection.Lowest(5) with { Score = SelectionScore.RelativeKappa };
        yield return KappaSelection.Lowest(5) with { Score = SelectionScore.LayersAbove };
        yield return KappaSelection.Threshold(40);
        yield return KappaSelection.ParameterBudget(200_000);
        yield return KappaSelection.LowestFraction(0.3) with { Grouping = SelectionGrouping.PerRole };
        yield return KappaSelection.ParameterBudget(300_000) with { Grouping = SelectionGrouping.PerShape };
        yield return KappaSelection.Highest(4);
        yield return KappaSelection.Random(4, 7);
    }

    private static ScanReport Scan(string row) =>
        TestCheckpoint.Scan(Beside(Golden.Open(row), "model.", ".safetensors"), TestCheckpoint.Options(Everything));

    private static double Tolerance(double kappa) => kappa <= 1e6 ? 1e-3 : 1e-2;

    private static double Limit(TensorDataType type) => type switch
    {
        TensorDataType.Float16 => 2048,
        TensorDataType.BFloat16 => 256,
        _ => 1 << 24,
    };

    private static string Beside(string list, string prefix, string extension = ".json") => Path.Combine(
        Path.GetDirectoryName(list)!, Path.GetFileName(list).Replace("spectra.", prefix).Replace(".json", extension));

    private static Dictionary<string, double> Expected(string list, out HashSet<string> noise)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(list));
        var expected = new Dictionary<string, double>();
        noise = [];
        foreach (JsonElement tensor in document.RootElement.EnumerateArray())
        {
            string name = tensor.GetProperty("name").GetString()!;
            foreach (JsonElement matrix in tensor.GetProperty("matrices").EnumerateArray())
            {
                string id = tensor.GetProperty("shape").GetArrayLength() == 3 ? $"{name}[{matrix.GetProperty("expert").GetInt32()}]" : name;
                JsonElement kappa = matrix.GetProperty("kappa");
                expected[id] = kappa.ValueKind == JsonValueKind.String ? double.PositiveInfinity : kappa.GetDouble();
                if (matrix.GetProperty("below_tolerance_f32").GetBoolean())
                    noise.Add(id);
            }
        }

        return expected;
    }
}
