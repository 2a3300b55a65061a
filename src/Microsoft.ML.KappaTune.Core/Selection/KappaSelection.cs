using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// Which tensors to train: a policy, made by one of the methods or bound from configuration, and what it applies to, set by
/// <c>with</c>: <c>KappaSelection.LowestFraction(0.2) with { Exclude = ["*.pooler.*"] }</c>. Immutable.
/// </summary>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "Policy": "LowestFraction", "Amount": 0.2 }""")]
public sealed record KappaSelection
{
    /// <summary>The policy. Default: <see cref="SelectionPolicy.LowestFraction"/>.</summary>
    [JsonRequired]
    public SelectionPolicy Policy { get; init; }

    /// <summary>What the policy is given: a share, a number of matrices, a score or a number of parameters. Default: 0.2.</summary>
    [JsonRequired, Allowed("a share above 0 and at most 1, a number of 1 or more, or a score above 0, as the policy asks")]
    public double Amount { get; init; } = 0.2;

    /// <summary>The seed of <see cref="Random"/>; null for the other policies. Default: null.</summary>
    public int? Seed { get; init; }

    /// <summary>What is ranked. Default: <see cref="SelectionScore.Kappa"/>.</summary>
    public SelectionScore Score { get; init; }

    /// <summary>What is ranked against each other. Default: <see cref="SelectionGrouping.None"/>; no other with a threshold.</summary>
    public SelectionGrouping Grouping { get; init; }

    /// <summary>
    /// Patterns of names, <c>*</c> for any characters and <c>?</c> for one; only what one of them matches can be selected.
    /// Experts of a stack are named <c>name[0]</c>, parts of a fused tensor as <see cref="Fused"/> says. Default: none, which means all.
    /// A pattern that matches nothing is an error.
    /// </summary>
    [Allowed("a list, also an empty one")]
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns as in <see cref="Include"/>; what one of them matches isn't selected. Default: none.</summary>
    [Allowed("a list, also an empty one")]
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether embeddings are candidates. Default: false.</summary>
    public bool Embeddings { get; init; }

    /// <summary>Whether the checkpoint's heads are candidates. Default: false.</summary>
    public bool Heads { get; init; }

    /// <summary>Whether routers are candidates. Default: false.</summary>
    public bool Routers { get; init; }

    /// <summary>Whether matrices with a dimension of 1 are candidates; their κ is always 1, so they rank first. Default: false.</summary>
    public bool SingleDimensions { get; init; }

    /// <summary>
    /// The most rows and the most columns that a candidate may have, 1 or more; larger matrices aren't selected. Default: null, no limit.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? LargestDimension { get; init; }

    /// <summary>
    /// Whether a tensor that holds several matrices, such as GPT-2's <c>c_attn</c> or Phi-3's <c>qkv_proj</c>, is one candidate or one for
    /// each. Parts are named <c>name[query]</c>. Default: <see cref="FusedMatrices.Whole"/>; no other with LoRA, whose adapters belong to
    /// whole modules.
    /// </summary>
    public FusedMatrices Fused { get; init; }

    /// <summary>Whether the biases of selected weights are trained as well. Default: false.</summary>
    [Description("Train the biases of the selected weights as well")]
    public bool Biases { get; init; }

    /// <summary>Whether all weights and biases of normalizations are trained as well. Default: false.</summary>
    [Description("Train all normalizations as well")]
    public bool Norms { get; init; }

    /// <summary>The share of the candidates with the lowest scores, rounded down, at least one.</summary>
    /// <param name="fraction">Above 0, at most 1.</param>
    public static KappaSelection LowestFraction(double fraction) => Create(SelectionPolicy.LowestFraction, fraction, nameof(fraction));

    /// <summary>The candidates with the lowest scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    public static KappaSelection Lowest(int count) => Create(SelectionPolicy.Lowest, count, nameof(count));

    /// <summary>All candidates with at most this score.</summary>
    /// <param name="kappa">On the scale of <see cref="Score"/>; above 0 and finite.</param>
    public static KappaSelection Threshold(double kappa) => Create(SelectionPolicy.Threshold, kappa, nameof(kappa));

    /// <summary>
    /// The candidates with the lowest scores, up to the first with which the trained parameters, biases and norms included,
    /// would exceed the budget.
    /// </summary>
    /// <param name="parameters">1 to 2^53.</param>
    public static KappaSelection ParameterBudget(long parameters) =>
        Create(SelectionPolicy.ParameterBudget, parameters, nameof(parameters));

    /// <summary>A baseline for comparisons: the candidates with the highest scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    public static KappaSelection Highest(int count) => Create(SelectionPolicy.Highest, count, nameof(count));

    /// <summary>A baseline for comparisons: candidates at random, whatever their scores; all, if there are fewer.</summary>
    /// <param name="count">1 or more.</param>
    /// <param name="seed">The same seed chooses the same candidates, in every process.</param>
    public static KappaSelection Random(int count, int seed) => Create(SelectionPolicy.Random, count, nameof(count), seed);

    /// <summary>
    /// The matrices with the lowest κ as the method's paper takes them: ranked all together, embeddings, heads, routers and matrices with a
    /// dimension of 1 among them. Small and oblong matrices then rank first, whatever was learnt: a random router of 8×4096 has a κ of 1.09.
    /// </summary>
    /// <param name="count">1 or more; all, if there are fewer.</param>
    /// <param name="largestDimension">See <see cref="LargestDimension"/>.</param>
    /// <remarks>Ludwig, arXiv:2506.16289. Fused experts, which the paper's code leaves out, are a matrix each.</remarks>
    public static KappaSelection AsInPaper(int count, int? largestDimension = null)
    {
        KappaSelection selection = Lowest(count) with
        {
            Embeddings = true,
            Heads = true,
            Routers = true,
            SingleDimensions = true,
            LargestDimension = largestDimension,
        };
        selection.Validate();
        return selection;
    }

    /// <summary>Checks it before there is anything to select from.</summary>
    /// <exception cref="ArgumentException">Something is out of range; the message names it and says what is allowed.</exception>
    public void Validate() => SelectionCheck.Validate(this);

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
            SelectionGrouping.PerLayer => ", per layer",
            SelectionGrouping.PerExpert => ", per expert",
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

    private static KappaSelection Create(SelectionPolicy policy, double amount, string parameter, int? seed = null) =>
        SelectionCheck.Refusal(policy, amount) is { } allowed
            ? throw new ArgumentException(OptionInfo.Problem(parameter, amount, allowed), parameter)
            : new() { Policy = policy, Amount = amount, Seed = seed };
}
