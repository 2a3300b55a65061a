using System.Globalization;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Which tensors to train: exactly one policy, made by one of the methods, and what it applies to, set by <c>with</c>:
/// <c>KappaSelection.LowestFraction(0.2) with { Exclude = ["*.pooler.*"] }</c>. Immutable.
/// </summary>
public sealed record KappaSelection
{
    [JsonConstructor]
    private KappaSelection(SelectionPolicy policy, double amount, int? seed = null)
    {
        (string parameter, bool isAllowed, string allowed) = policy switch
        {
            SelectionPolicy.LowestFraction => ("fraction", amount is > 0 and <= 1, "above 0 and at most 1"),
            SelectionPolicy.Threshold => ("kappa", amount > 0 && double.IsFinite(amount), "above 0 and finite"),
            // Above that not every whole number has a float64 of its own.
            SelectionPolicy.ParameterBudget => ("parameters", amount is >= 1 and <= 1L << 53, "from 1 to 2^53"),
            _ => ("count", amount is >= 1 and <= int.MaxValue, "1 or more"),
        };
        if (!isAllowed)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{parameter} is {amount}; allowed is {allowed}."), parameter);
        }

        if (policy == SelectionPolicy.Random && seed is null)
            throw new ArgumentNullException(nameof(seed));
        Policy = policy;
        Amount = amount;
        Seed = seed;
    }

    /// <summary>The policy.</summary>
    [JsonRequired, JsonInclude]
    public SelectionPolicy Policy { get; private init; }

    /// <summary>What the policy was given: a share, a number of matrices, a score or a number of parameters.</summary>
    [JsonRequired, JsonInclude]
    public double Amount { get; private init; }

    /// <summary>The seed of <see cref="Random"/>; null for the other policies.</summary>
    public int? Seed { get; }

    /// <summary>What is ranked. Default: <see cref="SelectionScore.Kappa"/>.</summary>
    public SelectionScore Score { get; init; }

    /// <summary>What is ranked against each other. Default: <see cref="SelectionGrouping.None"/>; no other with a threshold.</summary>
    public SelectionGrouping Grouping { get; init; }

    /// <summary>
    /// Patterns of names, <c>*</c> for any characters and <c>?</c> for one; only what one of them matches can be selected.
    /// Experts of a stack are named <c>name[0]</c>. Default: none, which means all. A pattern that matches nothing is an error.
    /// </summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns as in <see cref="Include"/>; what one of them matches isn't selected. Default: none.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether embeddings are candidates. Default: false.</summary>
    public bool Embeddings { get; init; }

    /// <summary>Whether the checkpoint's heads are candidates. Default: false.</summary>
    public bool Heads { get; init; }

    /// <summary>Whether routers are candidates. Default: false.</summary>
    public bool Routers { get; init; }

    /// <summary>Whether matrices with a dimension of 1 are candidates; their κ is always 1, so they rank first. Default: false.</summary>
    public bool SingleDimensions { get; init; }

    /// <summary>Whether the biases of selected weights are trained as well. Default: false.</summary>
    public bool Biases { get; init; }

    /// <summary>Whether all weights and biases of normalizations are trained as well. Default: false.</summary>
    public bool Norms { get; init; }

    /// <summary>The share of the candidates with the lowest scores, rounded down, at least one.</summary>
    /// <param name="fraction">Above 0, at most 1.</param>
    public static KappaSelection LowestFraction(double fraction) => new(SelectionPolicy.LowestFraction, fraction);

    /// <summary>The candidates with the lowest scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    public static KappaSelection Lowest(int count) => new(SelectionPolicy.Lowest, count);

    /// <summary>All candidates with at most this score.</summary>
    /// <param name="kappa">On the scale of <see cref="Score"/>; above 0 and finite.</param>
    public static KappaSelection Threshold(double kappa) => new(SelectionPolicy.Threshold, kappa);

    /// <summary>
    /// The candidates with the lowest scores, up to the first with which the trained parameters, biases and norms included,
    /// would exceed the budget.
    /// </summary>
    /// <param name="parameters">1 to 2^53.</param>
    public static KappaSelection ParameterBudget(long parameters) => new(SelectionPolicy.ParameterBudget, parameters);

    /// <summary>A control for comparisons: the candidates with the highest scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    public static KappaSelection Highest(int count) => new(SelectionPolicy.Highest, count);

    /// <summary>A control for comparisons: candidates at random, whatever their scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    /// <param name="seed">The same seed chooses the same candidates, in every process.</param>
    public static KappaSelection Random(int count, int seed) => new(SelectionPolicy.Random, count, seed);

    /// <summary>Says the policy in words, such as <c>lowest 20 % by kappa</c>.</summary>
    public override string ToString()
    {
        string score = Score switch
        {
            SelectionScore.Kappa => "kappa",
            SelectionScore.RelativeKappa => "relative kappa",
            _ => "layers above",
        };
        string grouping = Grouping switch
        {
            SelectionGrouping.PerRole => ", per role",
            SelectionGrouping.PerShape => ", per shape",
            _ => "",
        };
        FormattableString words = Policy switch
        {
            SelectionPolicy.LowestFraction => $"lowest {100 * Amount:0.####} % by {score}{grouping}",
            SelectionPolicy.Lowest => $"lowest {Amount} by {score}{grouping}",
            SelectionPolicy.Threshold => $"{score} at most {Amount}",
            SelectionPolicy.ParameterBudget => $"lowest by {score} up to {Amount} parameters{grouping}",
            SelectionPolicy.Highest => $"highest {Amount} by {score}{grouping}",
            _ => $"random {Amount} with seed {Seed}{grouping}",
        };
        return FormattableString.Invariant(words);
    }
}
