using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

public sealed class ScanJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string ScanFile => _folder.File("scan.json");

    [Fact]
    public void A_scan_is_loaded_as_it_was_saved()
    {
        ScanReport report = Scan();
        report.Save(ScanFile);
        ScanReport loaded = ScanReport.Load(ScanFile);
        AssertSame(report, loaded);

        ScanReport part = report with
        {
            Warnings = ["config.json, a_field: it isn't known and has no effect here."],
            Part = 2,
            PartCount = 3,
            Device = "cuda:1",
            Elapsed = TimeSpan.FromTicks(46002),
        };
        part.Save(ScanFile);
        AssertSame(part, ScanReport.Load(ScanFile));
    }

    [Fact]
    public void The_file_has_the_documented_fields()
    {
        ScanReport report = Scan();
        report.Save(ScanFile, report.Plan());
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(ScanFile));
        JsonElement root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal(report.Model, root.GetProperty("model").GetString());
        string[] fields =
        [
            "name", "role", "layer", "expert", "shape", "dtype", "kappa", "kappa_error", "beyond_precision", "relative_kappa", "sigma_max",
            "sigma_min", "rank", "selected", "reason",
        ];
        JsonElement[] rows = [.. root.GetProperty("tensors").EnumerateArray()];
        Assert.All(rows, row => Assert.All(fields, field => Assert.True(row.TryGetProperty(field, out _), field)));
        JsonElement zero = rows.Single(row => row.GetProperty("name").GetString() == "zero.weight");
        Assert.Equal("Infinity", zero.GetProperty("kappa").GetString());
        Assert.True(zero.GetProperty("beyond_precision").GetBoolean());
        Assert.Equal("F32", zero.GetProperty("dtype").GetString());
        JsonElement bias = rows.Single(row => row.GetProperty("name").GetString()!.EndsWith("bias", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, bias.GetProperty("kappa").ValueKind);
        Assert.Single(rows, row => row.GetProperty("rank").ToString() == "1");
        Assert.Contains(rows, row => row.GetProperty("lower_bound").GetBoolean());
    }

    [Fact]
    public void With_a_plan_it_is_the_plan_as_well()
    {
        ScanReport report = Scan();
        TuningPlan plan = report.Plan();
        report.Save(ScanFile, plan);
        var loaded = TuningPlan.Load(ScanFile);
        Assert.Equal(
            plan.Matrices.Select(m => (m.Matrix.Id, m.Selected, m.Rank, m.Reason)),
            loaded.Matrices.Select(m => (m.Matrix.Id, m.Selected, m.Rank, m.Reason)));
        Assert.Equal(plan.Selection.ToString(), loaded.Selection.ToString());
        AssertSame(report, ScanReport.Load(ScanFile));

        report.Save(ScanFile);
        Assert.Throws<FormatException>(() => TuningPlan.Load(ScanFile));
        var other = TuningPlan.Create(report.Matrices.Where(m => m.Name != "zero.weight"), KappaSelection.Lowest(1));
        Assert.Equal("plan", Assert.Throws<ArgumentException>(() => report.Save(ScanFile, other)).ParamName);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2", "schema")]
    [InlineData("\"schema\": 1,", "", "schema")]
    [InlineData("\"model\":", "\"modell\":", "modell")]
    [InlineData("\"device\": \"cpu\"", "\"device\": null", "device")]
    [InlineData("\"device\": \"cpu\"", "\"device\": 1", "device")]
    [InlineData("\"precision\": \"ranking\"", "\"precision\": \"rough\"", "precision")]
    [InlineData("\"precision\": \"ranking\"", "\"precision\": 1", "precision")]
    [InlineData("\"computed\": 6", "\"computed\": -6", "computed")]
    [InlineData("\"computed\": 6", "\"computed\": 6.5", "computed")]
    [InlineData("\"elapsed_seconds\": ", "\"elapsed_seconds\": -", "elapsed_seconds")]
    [InlineData("\"shard\": 1,", "\"shard\": 2,", "shard")]
    [InlineData("\"shard_count\": 1", "\"shard_count\": 0", "shard_count")]
    [InlineData("\"policy\": \"threshold\"", "\"policy\": \"best\"", "scanned_for.policy")]
    [InlineData("\"scanned_for\": {", "\"scanned_for\": null, \"selection\": {", "scanned_for")]
    [InlineData("\"warnings\": [", "\"warnings\": [ null", "warnings")]
    [InlineData("\"warnings\": []", "\"warnings\": null", "warnings")]
    [InlineData("\"tensors\": [", "\"tensors\": [ null,", "tensors[0]")]
    [InlineData("\"kappa\": \"Infinity\"", "\"kappa\": \"NaN\"", "kappa")]
    [InlineData("\"kappa\": \"Infinity\"", "\"kappa\": 0.5", "kappa")]
    [InlineData("\"kappa\": \"Infinity\"", "\"kappa\": \"large\"", "kappa")]
    [InlineData("\"dtype\": \"F32\"", "\"dtype\": \"F33\"", "dtype")]
    [InlineData("\"role\": \"query\"", "\"role\": \"quest\"", "role")]
    [InlineData("\"rows\": 24", "\"rows\": -24", "rows")]
    [InlineData("\"name\": \"lm_head.weight\"", "\"name\": null", "name")]
    [InlineData("\"name\": \"lm_head.weight\",", "", "name")]
    [InlineData("]\n}", "]", "")]
    public void A_damaged_file_is_refused_by_file_and_field(string old, string damaged, string field)
    {
        Scan().Save(ScanFile);
        string text = File.ReadAllText(ScanFile).ReplaceLineEndings("\n");
        Assert.Contains(old, text);
        int place = text.IndexOf(old, StringComparison.Ordinal);
        _folder.Write("scan.json", text[..place] + damaged + text[(place + old.Length)..]);
        var error = Assert.Throws<FormatException>(() => ScanReport.Load(ScanFile));
        Assert.StartsWith($"{ScanFile} isn't a scan report: ", error.Message);
        Assert.Contains(field, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_file_that_is_no_scan_is_refused(string content) =>
        Assert.StartsWith(ScanFile, Assert.Throws<FormatException>(() => ScanReport.Load(_folder.Write("scan.json", content))).Message);

    private ScanReport Scan() => TestCheckpoint.Scan(
        TestCheckpoint.Write(
            _folder.File("m.safetensors"),
            [
                .. TestCheckpoint.Model().Where(t => !t.Name.Contains("o_proj")),
                ("zero.weight", zeros(5, 6)),
                ("wide.weight", Matrices.WithKappa(90, 60, 400, 3).to(float32)),
            ]),
        TestCheckpoint.Options(KappaSelection.Threshold(10)) with { Precision = ScanPrecision.Ranking });

    private static void AssertSame(ScanReport expected, ScanReport actual)
    {
        Assert.Equal(Values(expected), Values(actual));
        Assert.Equal(expected.Selection.ToString(), actual.Selection.ToString());
        Assert.Equal(expected.Warnings, actual.Warnings);
        // Lists are equal only if they are the same.
        Assert.Equal(expected, actual with { Matrices = expected.Matrices, Selection = expected.Selection, Warnings = expected.Warnings });
    }

    private static IEnumerable<object> Values(ScanReport report) => report.Matrices.Select(m => (object)(
        (m.Id, m.Role, m.Layer, m.Expert, m.IsStacked, string.Join(',', m.Shape), m.DataType),
        (m.Rows, m.Columns, m.Kappa, m.KappaError, m.BeyondPrecision, m.IsLowerBound, m.SigmaMax, m.SigmaMin)));
}
