namespace Microsoft.ML.KappaTune.Tests.Selection;

/// <summary>Every wrong selection is one ArgumentException with the property, the value and what is allowed.</summary>
public class SelectionErrorTests
{
    private static readonly ScannedMatrix[] Model =
    [
        TuningPlanTests.Weight("a.weight", 3, 10, 10),
        TuningPlanTests.Weight("wte.weight", 2, 10, 10, TensorRole.Embedding),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Fractions(double fraction) =>
        Refused(() => KappaSelection.LowestFraction(fraction), "fraction", fraction, "above 0 and at most 1");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Thresholds(double kappa) => Refused(() => KappaSelection.Threshold(kappa), "kappa", kappa, "above 0");

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Counts(int count)
    {
        Refused(() => KappaSelection.Lowest(count), "count", count, "1 or more");
        Refused(() => KappaSelection.Highest(count), "count", count, "1 or more");
        Refused(() => KappaSelection.Random(count, 1), "count", count, "1 or more");
        Refused(() => KappaSelection.ParameterBudget(count), "parameters", count, "from 1");
    }

    [Fact]
    public void Patterns_that_match_nothing_or_are_nothing()
    {
        KappaSelection lowest = KappaSelection.Lowest(1);
        Refused(lowest with { Include = ["a.*", "b.*"] }, "Include", "b.*", "a.weight");
        Refused(lowest with { Include = ["A.*"] }, "Include", "A.*", "a.weight");
        Refused(lowest with { Exclude = ["a"] }, "Exclude", "\"a\"", "a.weight");
        Refused(lowest with { Include = [""] }, "Include", "\"\"", "pattern");
        Refused(lowest with { Exclude = [null!] }, "Exclude", "null", "pattern");
        Refused(lowest with { Include = null! }, "Include", "null", "list");
    }

    [Fact]
    public void Selections_that_leave_nothing()
    {
        Refused(KappaSelection.Lowest(1) with { Exclude = ["*"] }, "selection", "candidates", "Include");
        Refused(KappaSelection.Lowest(1) with { Include = ["wte.*"] }, "selection", "candidates", "Embeddings");
        Refused(KappaSelection.Threshold(2.5), "Threshold", 2.5, "3 or more");
        Refused(KappaSelection.ParameterBudget(99), "ParameterBudget", 99, "100 parameters");
        Refused(KappaSelection.Lowest(1) with { Score = SelectionScore.LayersAbove }, "Score", "LayersAbove",
            "no tensor's name tells its layer");
        Assert.Throws<ArgumentException>(() => TuningPlan.Create([], KappaSelection.Lowest(1)));
    }

    [Fact]
    public void Combinations_that_mean_nothing()
    {
        Refused(KappaSelection.Threshold(5) with { Grouping = SelectionGrouping.PerRole }, "Grouping", "PerRole", "None");
        Refused(KappaSelection.Lowest(5) with { Grouping = (SelectionGrouping)9 }, "Grouping", 9, "PerShape");
        Refused(KappaSelection.Lowest(5) with { Score = (SelectionScore)9 }, "Score", 9, "RelativeKappa");
    }

    [Fact]
    public void Matrices_that_cannot_be()
    {
        Assert.Contains(
            "twice", Assert.Throws<ArgumentException>(() => TuningPlan.Create([Model[0], Model[0]], KappaSelection.Lowest(1))).Message);
        Refused(() => TuningPlan.Create([Model[0] with { Kappa = 0.5 }], KappaSelection.Lowest(1)), "Kappa", 0.5, "1 or more");
        Refused(() => TuningPlan.Create([Model[0] with { Kappa = double.NaN }], KappaSelection.Lowest(1)), "Kappa", double.NaN, "a.weight");
        Assert.Throws<ArgumentNullException>(() => TuningPlan.Create(Model, null!));
        Assert.Throws<ArgumentNullException>(() => TuningPlan.Create(null!, KappaSelection.Lowest(1)));
    }

    private static void Refused(KappaSelection selection, string property, object value, string allowed) =>
        Refused(() => TuningPlan.Create(Model, selection), property, value, allowed);

    private static void Refused(Func<object> act, string property, object value, string allowed)
    {
        var error = Assert.Throws<ArgumentException>(act);
        Assert.Equal(property, error.ParamName);
        Assert.Contains(FormattableString.Invariant($"{value}"), error.Message);
        Assert.Contains(allowed, error.Message[error.Message.IndexOf("allowed", StringComparison.Ordinal)..]);
    }
}
