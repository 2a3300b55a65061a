using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Selection;

/// <summary>Parts of fused tensors among what is selected: what they are called, saved and refused as.</summary>
public sealed class FusedSelectionTests : IDisposable
{
    private const string Name = "h.0.attn.c_attn.weight", Bias = "h.0.attn.c_attn.bias";

    private static readonly KappaSelection Parts = KappaSelection.Lowest(1) with { Fused = FusedMatrices.ByParts };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_part_has_its_own_name_and_takes_its_own_bias_along()
    {
        ScanReport scan = Scan(Parts);
        TuningPlan plan = scan.Plan(Parts with { Biases = true });
        Assert.Equal([$"{Name}[key]", $"{Bias}[key]"], plan.Selected.Select(m => m.Id));
        Assert.Equal(24 * 24 + 24, plan.SelectedParameters);
        Assert.Equal(2 * (24 * 72) + 72, plan.TotalParameters);
        Assert.Equal(
            [$"{Name}[value]"], scan.Plan(Parts with { Include = ["*c_attn.weight[value]"] }).Selected.Select(m => m.Id));
        Assert.Equal(
            [$"{Name}[value]"], scan.Plan(Parts with { Exclude = ["*[key]", "*up_proj*", "*[query]"] }).Selected.Select(m => m.Id));
        // What fits into a budget is the part with its bias.
        KappaSelection budget = KappaSelection.ParameterBudget(24 * 24 + 24) with { Fused = FusedMatrices.ByParts, Biases = true };
        Assert.Equal(plan.Selected, scan.Plan(budget).Selected);
        Assert.Throws<ArgumentException>(() => scan.Plan(budget with { Amount = 24 * 24 + 23 }));
    }

    [Fact]
    public void Scans_and_plans_are_read_back_as_they_were_written()
    {
        ScanReport scan = Scan(Parts);
        TuningPlan plan = scan.Plan();
        scan.Save(_folder.File("scan.json"), plan);
        plan.Save(_folder.File("plan.json"));
        ScanReport read = ScanReport.Load(_folder.File("scan.json"));
        Assert.Equal(FusedMatrices.ByParts, read.Selection.Fused);
        Assert.Equal(scan.Matrices.Select(Values), read.Matrices.Select(Values));
        foreach (string file in new[] { "scan.json", "plan.json" })
        {
            TuningPlan again = TuningPlan.Load(_folder.File(file));
            Assert.Equal(FusedMatrices.ByParts, again.Selection.Fused);
            Assert.Equal(plan.Selected.Select(Values), again.Selected.Select(Values));
        }

        Assert.Contains("\"fused\": \"by_parts\"", File.ReadAllText(_folder.File("plan.json")));
        Assert.Contains("\"part\": \"key\"", File.ReadAllText(_folder.File("plan.json")));

        static object Values(ScannedMatrix m) =>
            (m.Id, m.Slice, m.Role, string.Join(',', m.Shape), m.Rows, m.Columns, m.Part, m.PartStart, m.Kappa, m.SigmaMin);
    }

    [Theory]
    [InlineData("\"part\": \"key\"", "\"part\": \"keys\"", "part")]
    [InlineData("\"part\": \"key\"", "\"part\": 1", "part")]
    [InlineData("\"part\": \"key\"", "\"part\": null", "part_start")]
    [InlineData("\"part_start\": 24", "\"part_start\": null", "part_start")]
    [InlineData("\"part_start\": 24", "\"part_start\": -1", "part_start")]
    [InlineData("\"part_start\": 24", "\"part_start\": 49", "part_start")]
    [InlineData("\"part_start\": 24", "\"part_start\": 9223372036854775807", "part_start")]
    [InlineData("\"columns\": 24", "\"columns\": 0", "rows")]
    [InlineData("\"columns\": 24", "\"columns\": 72", "rows")]
    [InlineData("\"columns\": 24", "\"columns\": 9223372036854775807", "rows")]
    [InlineData("\"rows\": 24", "\"rows\": 23", "rows")]
    [InlineData("\"fused\": \"by_parts\"", "\"fused\": \"halves\"", "fused")]
    [InlineData("\"fused\": \"by_parts\"", "\"fused\": 1", "fused")]
    public void A_damaged_part_is_refused_by_row_and_field(string field, string damaged, string named)
    {
        Scan(Parts).Plan().Save(_folder.File("plan.json"));
        string text = File.ReadAllText(_folder.File("plan.json"));
        int row = text.IndexOf("\"part\": \"key\"", text.IndexOf($"\"{Name}\"", StringComparison.Ordinal), StringComparison.Ordinal);
        int place = text.IndexOf(field, named == "fused" ? 0 : row, StringComparison.Ordinal);
        _folder.Write("plan.json", text[..place] + damaged + text[(place + field.Length)..]);
        string message = Assert.Throws<FormatException>(() => TuningPlan.Load(_folder.File("plan.json"))).Message;
        Assert.StartsWith(_folder.File("plan.json"), message);
        Assert.Contains(named, message);
    }

    [Fact]
    public void A_scan_is_planned_as_it_was_made()
    {
        KappaSelection whole = KappaSelection.Lowest(1);
        ScanReport byParts = Scan(Parts), asWhole = Scan(whole);
        Assert.Contains("Fused = ByParts", Assert.Throws<InvalidOperationException>(() => byParts.Plan(whole)).Message);
        Assert.Contains("Fused = Whole", Assert.Throws<InvalidOperationException>(() => asWhole.Plan(Parts)).Message);
        var e = Assert.Throws<ArgumentException>(() => TuningPlan.Create(byParts.Matrices, whole));
        Assert.Equal("Fused", e.ParamName);
        e = Assert.Throws<ArgumentException>(() => TuningPlan.Create([.. byParts.Matrices, byParts.Find($"{Name}[key]")], Parts));
        Assert.Contains("twice", e.Message);
        e = Assert.Throws<ArgumentException>(() => (whole with { Fused = (FusedMatrices)7 }).Validate());
        Assert.Equal("Fused", e.ParamName);

        // Without fused tensors both are the same.
        TestCheckpoint.Write(_folder.File("plain.safetensors"), TestCheckpoint.Model().Where(t => !t.Name.Contains("gate_up_proj")));
        ScanReport plain = TestCheckpoint.Scan(_folder.File("plain.safetensors"), TestCheckpoint.Options(whole));
        Assert.Equal(plain.Plan(whole).Selected, plain.Plan(Parts).Selected);
    }

    [Fact]
    public void Formats_that_know_no_parts_refuse_some_and_name_all()
    {
        ScanReport scan = Scan(Parts);
        TuningPlan one = scan.Plan();
        string message = Assert.Throws<InvalidOperationException>(() => one.ToPeftTargets()).Message;
        Assert.Contains($"1 of the 3 parts in {Name}", message);
        Assert.Equal(["h.0.attn.c_attn"], one.ToPeftTargets(wholeStacks: true).TargetModules);
        TuningPlan all = scan.Plan(KappaSelection.Lowest(5) with { Fused = FusedMatrices.ByParts, Include = ["*c_attn.weight"] });
        Assert.Equal(["h.0.attn.c_attn"], all.ToPeftTargets().TargetModules);
        Assert.Contains("c_attn", all.ToSpectrumYaml());
        Assert.Contains("layers.0.mlp.gate_up_proj", PeftRanking.Create(scan.Matrices).Unknown);
        Assert.Empty(PeftRanking.Create(Scan(KappaSelection.Lowest(1)).Matrices).Unknown);
    }

    [Fact]
    public void A_module_is_selected_by_parts_and_steps_leave_the_others_as_they_are()
    {
        using var scope = NewDisposeScope();
        using Tensor values = Columns(), slopes = TestCheckpoint.Gaussian(24, 72, 4);
        using var model = new Named(values.clone());
        Assert.Contains(
            "1 of the 3 parts in attn.c_attn.weight",
            Assert.Throws<InvalidOperationException>(() => KappaTuner.Apply(model, Parts)).Message);
        TuningPlan plan = KappaTuner.Apply(model, Parts, partialStacks: true);
        Assert.Equal(["attn.c_attn.weight[key]"], plan.Selected.Select(m => m.Id));
        Assert.Equal(3, plan.Selected.Single().Kappa!.Value, 0.01);
        Parameter parameter = model.get_parameter("attn.c_attn.weight")!;
        Parameter alone = nn.Parameter(values.narrow(1, 24, 24).clone());
        using optim.Optimizer optimizer = AdamW([parameter]), reference = AdamW([alone]);
        for (int step = 0; step < 4; step++)
        {
            optimizer.zero_grad();
            reference.zero_grad();
            (parameter * slopes).square().sum().backward();
            (alone * slopes.narrow(1, 24, 24)).square().sum().backward();
            KappaTuner.Step(model, plan, () => optimizer.step());
            reference.step();
        }

        Assert.Equal(Bits(alone), Bits(parameter.narrow(1, 24, 24)));
        Assert.NotEqual(Bits(values.narrow(1, 24, 24)), Bits(alone));
        Assert.Equal(Bits(values.narrow(1, 0, 24)), Bits(parameter.narrow(1, 0, 24)));
        Assert.Equal(Bits(values.narrow(1, 48, 24)), Bits(parameter.narrow(1, 48, 24)));

        using var other = new Named(TestCheckpoint.Gaussian(24, 48, 1));
        Assert.Contains("of 3 parts", Assert.Throws<ArgumentException>(() => KappaTuner.Step(other, plan, () => { })).Message);

        static optim.Optimizer AdamW(Parameter[] parameters) => optim.AdamW(parameters, lr: 0.01, weight_decay: 0.1);
        static byte[] Bits(Tensor tensor) => tensor.detach().clone().contiguous().bytes.ToArray();
    }

    /// <summary>Queries, keys and values side by side, of κ 50, 3 and 9.</summary>
    private static Tensor Columns() => cat([.. new[] { 50.0, 3, 9 }.Select((kappa, i) => Matrices.WithKappa(24, 24, kappa, i + 1))], 1)
        .to(float32);

    private ScanReport Scan(KappaSelection selection) => TestCheckpoint.Scan(
        TestCheckpoint.Write(
            _folder.File("m.safetensors"),
            (Name, Columns()), (Bias, TestCheckpoint.Gaussian(72, 1, 1).view(72)),
            ("layers.0.mlp.gate_up_proj.weight", cat(
                [Matrices.WithKappa(36, 24, 20, 7), Matrices.WithKappa(36, 24, 30, 8)], 0).to(float32))),
        TestCheckpoint.Options(selection));

    private sealed class Named : nn.Module
    {
        public Named(Tensor value) : base("named")
        {
            var attention = new Holder();
            var fused = new Holder();
            fused.register_parameter("weight", nn.Parameter(value));
            attention.register_module("c_attn", fused);
            register_module("attn", attention);
        }
    }

    private sealed class Holder() : nn.Module("holder");
}
