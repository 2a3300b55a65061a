using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Selection;

public class TuningPlanTests
{
    private static readonly ScannedMatrix[] Model =
    [
        Weight("embed.weight", 2, 5000, 100, TensorRole.Embedding),
        Weight("layers.0.q.weight", 30, 100, 100, TensorRole.Query),
        Weight("layers.0.up.weight", 4, 300, 100, TensorRole.FeedForwardIn),
        Weight("layers.0.down.weight", 5, 100, 300, TensorRole.FeedForwardOut),
        Weight("layers.1.q.weight", 20, 100, 100, TensorRole.Query),
        Weight("layers.1.up.weight", 5, 300, 100, TensorRole.FeedForwardIn),
        Weight("layers.1.down.weight", double.PositiveInfinity, 100, 300, TensorRole.FeedForwardOut),
        Weight("layers.1.gate.weight", 1.5, 8, 100, TensorRole.Router),
        Weight("adapter.weight", 1, 1, 100),
        Weight("lm_head.weight", 3, 5000, 100, TensorRole.Head),
        Vector("layers.0.q.bias", TensorRole.Bias),
        Vector("layers.0.up.bias", TensorRole.Bias),
        Vector("layers.0.norm.weight", TensorRole.Norm),
        Vector("inv_freq", TensorRole.Other),
        Weight("broken.weight", null, 10, 10),
        Weight("codes.weight", 7, 10, 10) with { DataType = TensorDataType.Int8 },
    ];

    [Fact]
    public void The_lowest_are_taken_with_infinity_last_and_ties_by_name()
    {
        string[] order = ["layers.0.up.weight", "layers.0.down.weight", "layers.1.up.weight", "layers.1.q.weight", "layers.0.q.weight",
            "layers.1.down.weight"];
        for (int count = 1; count <= order.Length; count++)
            Assert.Equal(order[..count], Names(KappaSelection.Lowest(count)));
        Assert.Equal(order, Names(KappaSelection.Lowest(100)));
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(0.34, 2)]
    [InlineData(0.5, 3)]
    [InlineData(0.99, 5)]
    [InlineData(1, 6)]
    public void A_fraction_is_rounded_down_but_never_to_nothing(double fraction, int count) =>
        Assert.Equal(count, Names(KappaSelection.LowestFraction(fraction)).Length);

    [Fact]
    public void A_fraction_is_not_a_victim_of_binary_rounding()
    {
        ScannedMatrix[] hundred = [.. Enumerable.Range(0, 100).Select(i => Weight($"w{i}", i + 1, 10, 10))];
        for (int percent = 1; percent <= 100; percent++)
            Assert.Equal(percent, TuningPlan.Create(hundred, KappaSelection.LowestFraction(percent / 100.0)).SelectedCount);
    }

    [Fact]
    public void A_threshold_takes_what_is_at_most_that()
    {
        Assert.Equal(["layers.0.up.weight"], Names(KappaSelection.Threshold(4)));
        Assert.Equal(["layers.0.up.weight", "layers.0.down.weight", "layers.1.up.weight"], Names(KappaSelection.Threshold(19.99)));
        Assert.Equal(5, Names(KappaSelection.Threshold(1e300)).Length);
    }

    [Fact]
    public void A_budget_is_never_exceeded_and_stops_at_the_first_that_does_not_fit()
    {
        Assert.Equal(["layers.0.up.weight"], Names(KappaSelection.ParameterBudget(59_999)));
        Assert.Equal(["layers.0.up.weight", "layers.0.down.weight"], Names(KappaSelection.ParameterBudget(60_000)));
        // 10,000 are left, which would do for a later matrix: ranks aren't skipped.
        Assert.Equal(2, Names(KappaSelection.ParameterBudget(70_000)).Length);
        for (long budget = 30_200; budget < 250_000; budget += 777)
            Assert.InRange(TuningPlan.Create(
                Model, KappaSelection.ParameterBudget(budget) with { Biases = true, Norms = true }).SelectedParameters, 1, budget);
    }

    [Fact]
    public void As_in_the_paper_everything_is_ranked_but_what_is_too_large()
    {
        Assert.Equal(["adapter.weight", "layers.1.gate.weight", "embed.weight", "lm_head.weight"], Names(KappaSelection.AsInPaper(4)));
        Assert.Equal(
            ["adapter.weight", "layers.1.gate.weight", "layers.0.up.weight", "layers.0.down.weight"],
            Names(KappaSelection.AsInPaper(4, largestDimension: 300)));
        TuningPlan small = TuningPlan.Create(Model, KappaSelection.AsInPaper(4, largestDimension: 299));
        Assert.Equal(
            ["adapter.weight", "layers.1.gate.weight", "layers.1.q.weight", "layers.0.q.weight"], small.Selected.Select(m => m.Name));
        PlannedMatrix up = small.Matrices.Single(m => m.Matrix.Name == "layers.0.up.weight");
        Assert.Equal((SelectionRule.TooLarge, "a dimension is larger than 299"), (up.Rule, up.Reason));
        Assert.Throws<ArgumentException>(() => KappaSelection.AsInPaper(4, largestDimension: 0));
    }

    [Fact]
    public void Each_layer_gives_its_share_and_what_is_in_none_is_a_group()
    {
        ScannedMatrix[] model = [.. Model.Select(matrix => matrix with { Layer = TensorName.Parse(matrix.Name, 2).Layer })];
        Assert.Equal(
            ["layers.0.up.weight", "layers.1.up.weight", "adapter.weight", "layers.0.down.weight", "layers.1.q.weight"],
            TuningPlan.Create(model, KappaSelection.Lowest(5) with { Grouping = SelectionGrouping.PerLayer, SingleDimensions = true })
                .Selected.Select(matrix => matrix.Name));
    }

    [Fact]
    public void Each_expert_gives_its_share_and_what_is_no_experts_is_a_group()
    {
        ScannedMatrix[] experts =
        [
            Expert("layers.0.experts.0.up.weight", 2, 0, 0), Expert("layers.0.experts.0.down.weight", 3, 0, 0),
            Expert("layers.0.experts.1.up.weight", 40, 0, 1), Expert("layers.0.experts.1.down.weight", 50, 0, 1),
            Expert("layers.1.experts.0.up.weight", 70, 1, 0), Expert("layers.1.experts.0.down.weight", 60, 1, 0),
            Weight("layers.0.q.weight", 90, 10, 10) with { Layer = 0 }, Weight("layers.1.q.weight", 80, 10, 10) with { Layer = 1 },
        ];
        TuningPlan half = TuningPlan.Create(experts, KappaSelection.Lowest(4) with { Grouping = SelectionGrouping.PerExpert });
        Assert.Equal(
            ["layers.0.experts.0.up.weight", "layers.0.experts.1.up.weight", "layers.1.experts.0.down.weight", "layers.1.q.weight"],
            half.Selected.Select(m => m.Name));

        static ScannedMatrix Expert(string name, double kappa, int layer, int expert) =>
            Weight(name, kappa, 10, 10) with { Layer = layer, Expert = expert };
    }

    [Fact]
    public void The_controls_take_the_highest_and_the_same_random_ones()
    {
        Assert.Equal(["layers.1.down.weight", "layers.0.q.weight"], Names(KappaSelection.Highest(2)));
        string[] some = Names(KappaSelection.Random(3, 42));
        Assert.Equal(some, TuningPlan.Create(Model.Reverse(), KappaSelection.Random(3, 42)).Selected.Select(m => m.Name));
        var all = Enumerable.Range(0, 200).Select(seed => string.Join(' ', Names(KappaSelection.Random(1, seed)))).GroupBy(x => x)
            .ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(6, all.Count);
        Assert.All(all.Values, count => Assert.InRange(count, 15, 60));
        // Pinned: the same in every process and version.
        Assert.Equal(["layers.0.down.weight", "layers.1.down.weight", "layers.1.q.weight"], some.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_no_candidate_says_why_and_can_be_asked_for()
    {
        var plan = TuningPlan.Create(Model, KappaSelection.LowestFraction(1));
        Assert.Equal(SelectionRule.Embedding, Rule("embed.weight"));
        Assert.Equal(SelectionRule.Router, Rule("layers.1.gate.weight"));
        Assert.Equal(SelectionRule.Head, Rule("lm_head.weight"));
        Assert.Equal(SelectionRule.SingleDimension, Rule("adapter.weight"));
        Assert.Equal(SelectionRule.Bias, Rule("layers.0.q.bias"));
        Assert.Equal(SelectionRule.Norm, Rule("layers.0.norm.weight"));
        Assert.Equal(SelectionRule.Vector, Rule("inv_freq"));
        Assert.Equal(SelectionRule.NoScore, Rule("broken.weight"));
        Assert.Equal(SelectionRule.Integer, Rule("codes.weight"));
        Assert.All(plan.Matrices.Where(m => m.Rule != SelectionRule.Rank),
            m => Assert.False(m.Selected || m.Rank is not null || m.Reason.Length == 0));

        KappaSelection one = KappaSelection.LowestFraction(1);
        Assert.Equal(["embed.weight"], Added(one with { Embeddings = true }));
        Assert.Equal(["lm_head.weight"], Added(one with { Heads = true }));
        Assert.Equal(["layers.1.gate.weight"], Added(one with { Routers = true }));
        Assert.Equal(["adapter.weight"], Added(one with { SingleDimensions = true }));
        Assert.Equal(["layers.0.norm.weight"], Added(one with { Norms = true }));
        Assert.Equal(["layers.0.q.bias", "layers.0.up.bias"], Added(one with { Biases = true }));
        Assert.Equal(["layers.0.up.weight", "layers.0.up.bias"], Names(KappaSelection.Lowest(1) with { Biases = true }));

        SelectionRule Rule(string name) => plan.Matrices.Single(m => m.Matrix.Name == name).Rule;
        IEnumerable<string> Added(KappaSelection selection) => Names(selection).Except(plan.Selected.Select(m => m.Name));
    }

    [Fact]
    public void Patterns_narrow_the_candidates()
    {
        Assert.Equal(["layers.1.up.weight"], Names(KappaSelection.Lowest(1) with { Include = ["layers.1.*"] }));
        Assert.Equal(
            ["layers.1.up.weight"], Names(KappaSelection.Lowest(1) with { Include = ["layers.?.up.weight"], Exclude = ["*.0.*"] }));
        var plan = TuningPlan.Create(Model, KappaSelection.Lowest(1) with { Include = ["layers.*"], Exclude = ["*.q.*"] });
        Assert.Equal("excluded by *.q.*", plan.Matrices.Single(m => m.Matrix.Name == "layers.0.q.weight").Reason);
        Assert.Equal(SelectionRule.NotIncluded, plan.Matrices.Single(m => m.Matrix.Name == "embed.weight").Rule);
        Assert.Equal(["layers.0.up.weight"], Names(KappaSelection.Lowest(1) with { Biases = true, Exclude = ["*.bias"] }));
        Assert.Equal([@"odd\name", "[a].weight"], TuningPlan.Create(
            [Weight(@"odd\name", 1, 2, 2), Weight("[a].weight", 2, 2, 2), Weight("a.weight", 1, 2, 2)],
            KappaSelection.Lowest(3) with { Include = [@"odd\*", "[?].weight"] }).Selected.Select(m => m.Name));
    }

    [Fact]
    public void Relative_kappa_ranks_against_random_matrices_of_the_shape()
    {
        // The κ of a random square matrix of 100 is about 455, of 300 by 100 about 3.6: 20 is low for the first, 4 isn't for the second.
        Assert.Equal(
            ["layers.1.q.weight", "layers.0.q.weight"], Names(KappaSelection.Lowest(2) with { Score = SelectionScore.RelativeKappa }));
        Assert.Equal(2, Names(KappaSelection.Threshold(0.5) with { Score = SelectionScore.RelativeKappa }).Length);
    }

    [Fact]
    public void Last_layers_come_first_and_within_a_layer_kappa_decides()
    {
        ScannedMatrix[] model =
            [.. Model.Select(m => m.Name.StartsWith("layers.", StringComparison.Ordinal) ? m with { Layer = m.Name[7] - '0' } : m)];
        string[] order =
            ["layers.1.up.weight", "layers.1.q.weight", "layers.1.down.weight", "layers.0.up.weight", "layers.0.down.weight",
                "layers.0.q.weight"];
        for (int count = 1; count <= order.Length; count++)
        {
            Assert.Equal(order[..count], Taken(KappaSelection.Lowest(count)));
            Assert.Equal(order.Reverse().Take(count), Taken(KappaSelection.Highest(count)));
        }

        Assert.Equal(order[..3], Taken(KappaSelection.Threshold(0.5)));
        Assert.Equal(order, Taken(KappaSelection.Threshold(1)));
        Assert.All(
            Taken(KappaSelection.Lowest(3) with { Grouping = SelectionGrouping.PerRole }), name => Assert.StartsWith("layers.1", name));
        // Below all layers, and above them.
        Assert.Equal([.. order, "embed.weight"], Taken(KappaSelection.Lowest(9) with { Embeddings = true }));
        Assert.Equal(["adapter.weight", "layers.1.up.weight"], Taken(KappaSelection.Lowest(2) with { SingleDimensions = true }));
        Assert.Equal("lowest 2 by layers above", $"{LastFirst(KappaSelection.Lowest(2))}");

        string[] Taken(KappaSelection selection) => [.. TuningPlan.Create(model, LastFirst(selection)).Selected.Select(m => m.Name)];
        static KappaSelection LastFirst(KappaSelection selection) => selection with { Score = SelectionScore.LayersAbove };
    }

    [Fact]
    public void Groups_give_equal_shares()
    {
        Assert.Equal(["layers.0.up.weight", "layers.0.down.weight", "layers.1.q.weight"],
            Names(KappaSelection.LowestFraction(0.5) with { Grouping = SelectionGrouping.PerRole }));
        Assert.Equal(["layers.0.up.weight", "layers.1.q.weight"],
            Names(KappaSelection.Lowest(2) with { Grouping = SelectionGrouping.PerShape }).Order(StringComparer.Ordinal));
        Assert.Equal(["layers.1.down.weight", "layers.0.q.weight", "layers.1.up.weight"],
            Names(KappaSelection.Highest(3) with { Grouping = SelectionGrouping.PerRole }));
    }

    [Fact]
    public void Experts_of_a_stack_are_selected_by_themselves()
    {
        ScannedMatrix[] stack =
            [.. Enumerable.Range(0, 12).Select(e => Weight("mlp.experts.down_proj", 20 - e, 8, 6, TensorRole.ExpertOut) with
        {
            Expert = e,
            IsStacked = true,
            Shape = [12, 8, 6],
        })];
        var plan = TuningPlan.Create(stack, KappaSelection.Lowest(2) with { Exclude = ["*[11]"] });
        Assert.Equal(["mlp.experts.down_proj[10]", "mlp.experts.down_proj[9]"], plan.Selected.Select(m => m.Id));
        Assert.Equal(96, plan.SelectedParameters);
        Assert.Equal(Enumerable.Range(0, 12), plan.Matrices.Select(m => m.Matrix.Expert!.Value));
        Assert.Equal(12, TuningPlan.Create(stack, KappaSelection.Lowest(12) with { Include = ["mlp.*down_proj"] }).SelectedCount);
    }

    [Fact]
    public void The_order_of_the_matrices_does_not_matter()
    {
        var random = new Random(1);
        string Text(IEnumerable<ScannedMatrix> matrices) =>
            string.Join('\n', TuningPlan.Create(
                matrices, KappaSelection.LowestFraction(0.5) with { Grouping = SelectionGrouping.PerShape, Biases = true }).Matrices);
        string expected = Text(Model);
        for (int i = 0; i < 20; i++)
        {
            ScannedMatrix[] shuffled = [.. Model];
            random.Shuffle(shuffled);
            Assert.Equal(expected, Text(shuffled));
        }
    }

    [Fact]
    public void Totals_add_up()
    {
        var plan = TuningPlan.Create(Model, KappaSelection.Lowest(2) with { Norms = true }, "some/model");
        Assert.Equal((6, 3, 60_100), (plan.CandidateCount, plan.SelectedCount, plan.SelectedParameters));
        Assert.Equal(Model.Sum(m => m.Parameters), plan.TotalParameters);
        Assert.Equal("some/model", plan.Model);
    }

    internal static ScannedMatrix Weight(string name, double? kappa, long rows, long columns, TensorRole role = TensorRole.Other) =>
        new() { Name = name, Role = role, Shape = [rows, columns], Rows = rows, Columns = columns, Kappa = kappa };

    internal static ScannedMatrix Vector(string name, TensorRole role) =>
        new() { Name = name, Role = role, Shape = [100], Rows = 100, Columns = 1 };

    private static string[] Names(KappaSelection selection) => [.. TuningPlan.Create(Model, selection).Selected.Select(m => m.Name)];
}
