using Microsoft.ML.KappaTune.Tests.Spectra;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Selection;

public class KappaTunerTests
{
    [Fact]
    public void The_lowest_are_trained_and_everything_else_is_frozen()
    {
        using var model = new Model();
        TuningPlan plan = KappaTuner.Apply(model, KappaSelection.Lowest(2) with { Biases = true });
        Assert.Equal(["up_proj.weight", "q_proj.weight", "q_proj.bias", "up_proj.bias"], plan.Selected.Select(m => m.Name));
        Assert.Equal(["q_proj.bias", "q_proj.weight", "up_proj.bias", "up_proj.weight"], Trained(model));
        Assert.All(plan.Matrices.Where(m => m.Rule == SelectionRule.Rank), m =>
            Assert.Equal(Matrices.Reference(model.get_parameter(m.Matrix.Name)!), m.Matrix.Kappa!.Value, 0.05));
        Assert.Equal(SelectionRule.Embedding, plan.Matrices.Single(m => m.Matrix.Name == "embed_tokens.weight").Rule);

        KappaTuner.Apply(model, KappaSelection.Highest(1));
        Assert.Equal(["o_proj.weight"], Trained(model));
    }

    [Fact]
    public void Half_precision_and_convolutions_are_scanned()
    {
        using var convolution = new Named("conv", new Holder("weight", TestCheckpoint.Gaussian(8, 12, 1).view(8, 4, 3).to(bfloat16)));
        TuningPlan plan = KappaTuner.Apply(convolution, KappaSelection.LowestFraction(1));
        ScannedMatrix kernel = plan.Matrices.Single().Matrix;
        Assert.Equal("conv.weight", kernel.Name);
        Assert.Equal((8, 12, TensorDataType.BFloat16), (kernel.Rows, kernel.Columns, kernel.DataType));
    }

    [Fact]
    public void A_selection_that_finds_nothing_is_an_error_and_changes_nothing()
    {
        using var model = new Model();
        string[] before = Trained(model);
        KappaSelection lowest = KappaSelection.Lowest(1);
        var error = Assert.Throws<ArgumentException>(() => KappaTuner.Apply(model, lowest with { Include = ["nothing"] }));
        Assert.Equal("Include", error.ParamName);
        Assert.Throws<ArgumentException>(() => KappaTuner.Apply(model, KappaSelection.Threshold(0.5)));
        Assert.Throws<ArgumentException>(() => KappaTuner.Apply(model, KappaSelection.Lowest(1) with { Include = ["*.bias"] }));
        Assert.Throws<ArgumentException>(() => KappaTuner.Apply(nn.ReLU(), KappaSelection.Lowest(1)));
        Assert.Throws<ArgumentNullException>(() => KappaTuner.Apply(null!, KappaSelection.Lowest(1)));
        Assert.Throws<ArgumentNullException>(() => KappaTuner.Apply(model, null!));
        Assert.Equal(before, Trained(model));
    }

    [Fact]
    public void A_value_that_is_not_finite_is_an_error_that_names_the_parameter()
    {
        using var model = new Model();
        using (no_grad())
            model.get_parameter("q_proj.weight")![3, 4] = float.NaN;
        string[] before = Trained(model);
        var error = Assert.Throws<InvalidOperationException>(() => KappaTuner.Apply(model, KappaSelection.Lowest(1)));
        Assert.Contains("q_proj.weight", error.Message);
        Assert.Equal(before, Trained(model));
        KappaTuner.Apply(model, KappaSelection.Lowest(1) with { Exclude = ["q_proj.*"] });
        Assert.Equal(["up_proj.weight"], Trained(model));
    }

    [Fact]
    public void A_stack_is_selected_in_part_only_where_that_is_allowed()
    {
        using var model = new Named("experts", new Holder("down_proj", TestCheckpoint.Gaussian(30, 8, 1).view(3, 10, 8)));
        string[] before = Trained(model);
        var error = Assert.Throws<InvalidOperationException>(() => KappaTuner.Apply(model, KappaSelection.Lowest(1)));
        Assert.Contains("1 of the 3 experts in experts.down_proj", error.Message);
        Assert.Equal(before, Trained(model));
        Assert.Equal(3, KappaTuner.Apply(model, KappaSelection.Lowest(3)).SelectedCount);
        Assert.Equal(["experts.down_proj"], Trained(model));
        Assert.Equal(1, KappaTuner.Apply(model, KappaSelection.Lowest(1), partialStacks: true).SelectedCount);
        Assert.Equal(["experts.down_proj"], Trained(model));
    }

    [Fact]
    public void Steps_leave_every_bit_of_the_other_experts_whatever_the_optimizer_does()
    {
        // A stack of four, and expert by expert the same as parameters of their own, which any optimizer leaves alone if told to.
        using Tensor values = TestCheckpoint.Gaussian(40, 8, 3).view(4, 10, 8), slopes = TestCheckpoint.Gaussian(40, 8, 4).view(4, 10, 8);
        using (no_grad())
            values[0, 0, 0] = -0.0f;
        using var model = new Named("experts", new Holder("down_proj", values.clone()));
        Parameter stack = model.get_parameter("experts.down_proj")!;
        TuningPlan plan = KappaTuner.Apply(
            model, KappaSelection.Lowest(2) with { Include = ["*[1]", "*[3]"] }, partialStacks: true);
        Assert.Equal([1, 3], plan.Selected.Select(m => m.Expert!.Value).Order());
        Parameter[] alone = [.. new[] { 1, 3 }.Select(e => nn.Parameter(values[e].clone()))];

        using optim.Optimizer optimizer = AdamW([stack]), reference = AdamW(alone);
        for (int step = 0; step < 5; step++)
        {
            optimizer.zero_grad();
            reference.zero_grad();
            (stack * slopes).square().sum().backward();
            foreach ((Parameter one, int e) in alone.Zip([1, 3]))
                (one * slopes[e]).square().sum().backward();
            KappaTuner.Step(model, plan, () => optimizer.step());
            reference.step();
        }

        foreach (int e in new[] { 0, 2 })
            Assert.Equal(values[e].clone().bytes.ToArray(), stack[e].clone().bytes.ToArray());
        foreach ((Parameter one, int e) in alone.Zip([1, 3]))
        {
            Assert.Equal(one.bytes.ToArray(), stack[e].clone().bytes.ToArray());
            Assert.NotEqual(values[e].clone().bytes.ToArray(), stack[e].clone().bytes.ToArray());
        }

        // The optimizer's own step isn't so careful: weight decay alone moves them.
        optimizer.step();
        Assert.NotEqual(values[2].clone().bytes.ToArray(), stack[2].clone().bytes.ToArray());

        static optim.Optimizer AdamW(Parameter[] parameters) => optim.AdamW(parameters, lr: 0.01, weight_decay: 0.1);
    }

    [Fact]
    public void A_step_by_another_modules_plan_is_refused()
    {
        using var model = new Named("experts", new Holder("down_proj", TestCheckpoint.Gaussian(30, 8, 1).view(3, 10, 8)));
        using var other = new Model();
        TuningPlan plan = KappaTuner.Apply(model, KappaSelection.Lowest(1), partialStacks: true);
        using optim.Optimizer optimizer = optim.SGD(other.parameters(), 0.1);
        var error = Assert.Throws<ArgumentException>(() => KappaTuner.Step(other, plan, () => optimizer.step()));
        Assert.Equal("plan", error.ParamName);
        Assert.Contains("experts.down_proj of 3 experts", error.Message);
    }

    private static string[] Trained(nn.Module module) =>
        [.. module.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name).Order(StringComparer.Ordinal)];

    private sealed class Model : nn.Module<Tensor, Tensor>
    {
        public Model() : base("model")
        {
            register_module("embed_tokens", nn.Embedding(20, 8));
            register_module("q_proj", Linear(20, 1));
            register_module("o_proj", Linear(300, 2));
            register_module("up_proj", Linear(3, 3));
            register_module("norm", nn.LayerNorm(24));
        }

        public override Tensor forward(Tensor input) => input;

        private static Linear Linear(double kappa, int seed)
        {
            Linear linear = nn.Linear(24, 24);
            using (no_grad())
            using (Tensor values = Matrices.WithKappa(24, 24, kappa, seed))
                linear.weight!.copy_(values);
            return linear;
        }
    }

    private sealed class Named : nn.Module<Tensor, Tensor>
    {
        public Named(string name, nn.Module child) : base("named") => register_module(name, child);

        public override Tensor forward(Tensor input) => input;
    }

    private sealed class Holder : nn.Module<Tensor, Tensor>
    {
        public Holder(string name, Tensor value) : base("holder") => register_parameter(name, nn.Parameter(value));

        public override Tensor forward(Tensor input) => input;
    }
}
