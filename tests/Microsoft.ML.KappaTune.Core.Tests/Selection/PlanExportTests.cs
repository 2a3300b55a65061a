using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tests.Selection;

public sealed class PlanExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly ScannedMatrix[] Model =
    [
        TuningPlanTests.Weight("layers.0.q_proj.weight", 30, 100, 100, TensorRole.Query)
            with { Layer = 0, KappaError = 1e-6, SigmaMax = 3, SigmaMin = 0.1 },
        TuningPlanTests.Weight("layers.10.q_proj.weight", 4, 100, 100, TensorRole.Query)
            with { Layer = 10, DataType = TensorDataType.BFloat16 },
        TuningPlanTests.Weight("layers.0.k_proj.weight", double.PositiveInfinity, 100, 100, TensorRole.Key)
            with { BeyondPrecision = true, SigmaMax = 1, SigmaMin = 0 },
        TuningPlanTests.Weight("table", 2, 50, 10),
        Expert(0, 5),
        Expert(1, 40),
        TuningPlanTests.Vector("layers.10.q_proj.bias", TensorRole.Bias),
        TuningPlanTests.Vector("norm.weight", TensorRole.Norm),
        TuningPlanTests.Weight("it's.weight", 1.5, 10, 10),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_plan_is_loaded_as_it_was()
    {
        KappaSelection[] selections =
        [
            KappaSelection.LowestFraction(0.3) with { Biases = true, Norms = true, Score = SelectionScore.RelativeKappa },
            KappaSelection.Lowest(3) with { Include = ["*weight", "*experts*"], Exclude = ["it's*"], Grouping = SelectionGrouping.PerRole },
            KappaSelection.Threshold(12.5) with { Embeddings = true, Heads = true, Routers = true, SingleDimensions = true },
            KappaSelection.ParameterBudget(10_000_000),
            KappaSelection.Highest(2) with { Fused = FusedMatrices.ByParts },
            KappaSelection.Random(2, -7),
        ];
        foreach (KappaSelection selection in selections)
        {
            var plan = TuningPlan.Create(Model, selection, "a/model");
            plan.Save(_folder.File("plan.json"));
            var loaded = TuningPlan.Load(_folder.File("plan.json"));
            loaded.Save(_folder.File("again.json"));
            Assert.Equal(File.ReadAllText(_folder.File("plan.json")), File.ReadAllText(_folder.File("again.json")));
            Assert.Equal("a/model", loaded.Model);
            Assert.Equal(plan.Selection.ToString(), loaded.Selection.ToString());
            Assert.Equal(plan.Matrices.Select(m => m with { Matrix = m.Matrix with { Shape = [] } }),
                loaded.Matrices.Select(m => m with { Matrix = m.Matrix with { Shape = [] } }));
            Assert.Equal(plan.Matrices.SelectMany(m => m.Matrix.Shape), loaded.Matrices.SelectMany(m => m.Matrix.Shape));
            Assert.Equal((plan.CandidateCount, plan.SelectedCount, plan.SelectedParameters),
                (loaded.CandidateCount, loaded.SelectedCount, loaded.SelectedParameters));
            // The selection itself came back whole: applied again, it decides the same.
            Assert.Equal(plan.Selected.Select(m => m.Id), TuningPlan.Create(Model, loaded.Selection).Selected.Select(m => m.Id));
        }
    }

    [Fact]
    public void The_file_has_the_documented_fields()
    {
        TuningPlan.Create(Model, KappaSelection.Lowest(2)).Save(_folder.File("plan.json"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_folder.File("plan.json")));
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal("lowest", json.RootElement.GetProperty("selection").GetProperty("policy").GetString());
        JsonElement row = json.RootElement.GetProperty("tensors").EnumerateArray().Single(
            t => t.GetProperty("name").GetString() == "layers.0.k_proj.weight");
        Assert.Equal(
            ["name", "role", "layer", "expert", "stacked", "part", "part_start", "shape", "dtype", "encoding", "problem", "rows", "columns",
                "kappa", "kappa_error", "beyond_precision", "lower_bound", "relative_kappa", "sigma_max", "sigma_min", "rank", "selected",
                "rule", "reason"],
            row.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Infinity", row.GetProperty("kappa").GetString());
        Assert.Equal(("key", "F32"), (row.GetProperty("role").GetString(), row.GetProperty("dtype").GetString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"schema":2,"selection":{"policy":"lowest","amount":1},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":null,"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"lowest","amount":0},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"lowest_fraction","amount":"NaN"},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"best","amount":1},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":1,"amount":1},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"random","amount":1},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"lowest","amount":1,"include":[null]},"tensors":[]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"lowest","amount":1},"tensors":[null]}""")]
    [InlineData("""{"schema":1,"selection":{"policy":"lowest","amount":1},"tensors":[{"name":"a"}]}""")]
    public void A_file_that_is_no_plan_is_refused_by_its_name(string content)
    {
        string path = _folder.Write("plan.json", content);
        Assert.StartsWith(path, Assert.Throws<FormatException>(() => TuningPlan.Load(path)).Message);
    }

    [Fact]
    public void Spectrum_yaml_lists_anchored_expressions()
    {
        string yaml = TuningPlan.Create(Model, KappaSelection.Lowest(3) with { Biases = true, Norms = true }).ToSpectrumYaml();
        string[] lines = yaml.TrimEnd().Split('\n');
        Assert.Equal("# lowest 3 by kappa: 10800 of 31000 parameters", lines[0]);
        Assert.Equal(
            [
                "unfrozen_parameters:",
                "- '^it''s\\.weight$'",
                "- '^layers\\.10\\.q_proj\\.bias$'",
                "- '^layers\\.10\\.q_proj\\.weight$'",
                "- '^norm\\.weight$'",
                "- '^table$'",
            ],
            lines[1..]);
        string pattern = lines[4][3..^1];
        Assert.Matches(pattern, "layers.10.q_proj.weight");
        Assert.DoesNotMatch(pattern, "model.layers.10.q_proj.weight");
        Assert.DoesNotMatch(pattern, "layers.10xq_proj.weight");
    }

    [Fact]
    public void Peft_targets_are_modules_and_for_the_rest_parameters()
    {
        PeftTargets targets =
            TuningPlan.Create(Model, KappaSelection.Lowest(6) with { Biases = true, Norms = true, Exclude = ["*k_proj*"] }).ToPeftTargets();
        Assert.Equal(["it's", "layers.0.q_proj", "layers.10.q_proj"], targets.TargetModules);
        Assert.Equal(["layers.1.mlp.experts.down_proj", "table"], targets.TargetParameters);
        using JsonDocument json = JsonDocument.Parse(targets.ToJson());
        Assert.Equal(["target_modules", "target_parameters"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("it's", json.RootElement.GetProperty("target_modules")[0].GetString());
    }

    [Fact]
    public void A_stack_selected_in_part_cannot_be_exported_unless_asked_for_whole()
    {
        var plan = TuningPlan.Create(Model, KappaSelection.Lowest(1) with { Include = ["*experts*"] });
        Assert.Contains("1 of the 2 experts in layers.1.mlp.experts.down_proj",
            Assert.Throws<InvalidOperationException>(() => plan.ToPeftTargets()).Message);
        Assert.Throws<InvalidOperationException>(() => plan.ToSpectrumYaml());
        Assert.Equal(["layers.1.mlp.experts.down_proj"], plan.ToPeftTargets(wholeStacks: true).TargetParameters);
        Assert.Contains(Regex.Escape("layers.1.mlp.experts.down_proj"), plan.ToSpectrumYaml(wholeStacks: true));
    }

    private static ScannedMatrix Expert(int expert, double kappa) =>
        TuningPlanTests.Weight("layers.1.mlp.experts.down_proj", kappa, 10, 10, TensorRole.ExpertOut) with
        {
            Layer = 1,
            Expert = expert,
            IsStacked = true,
            Shape = [2, 10, 10],
        };
}
