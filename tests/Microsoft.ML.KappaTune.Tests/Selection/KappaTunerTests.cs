using Microsoft.ML.KappaTune.Tests.Spectra;
using Microsoft.ML.KappaTune.Training;
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
    public void A_stack_is_trained_as_a_whole_or_not_at_all()
    {
        using var model = new Named("experts", new Holder("down_proj", TestCheckpoint.Gaussian(30, 8, 1).view(3, 10, 8)));
        string[] before = Trained(model);
        var error = Assert.Throws<InvalidOperationException>(() => KappaTuner.Apply(model, KappaSelection.Lowest(1)));
        Assert.Contains("1 of the 3 experts in experts.down_proj", error.Message);
        Assert.Equal(before, Trained(model));
        Assert.Equal(3, KappaTuner.Apply(model, KappaSelection.Lowest(3)).SelectedCount);
        Assert.Equal(["experts.down_proj"], Trained(model));
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
                linear.weight!.copy_(Matrices.WithKappa(24, 24, kappa, seed));
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
