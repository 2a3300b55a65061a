using Microsoft.ML.KappaTune;

/// <summary>A way to train that is compared.</summary>
/// <param name="UsualRates">The learning rates without a budget; the first is the one that costs are compared at.</param>
/// <param name="Selection">What trains; null for nothing but the new head.</param>
internal sealed record BudgetMethod(
    string Id, string Title, double[] UsualRates, Func<BudgetBase, int, KappaSelection>? Selection, TuningMethod Method)
{
    private const int Rank = 8;
    private const double Alpha = 16;

    public const string Kappa = "kappa";
    public const string Head = "head";

    public static readonly BudgetMethod[] All =
    [
        new(Kappa, "lowest κ, 20 %", [3e-4], (_, _) => BudgetBase.Lowest, TuningMethod.Direct),
        new("random", "random within roles", [3e-4], (model, seed) => model.RandomWithinRoles(seed), TuningMethod.Direct),
        new("full", "full", [1e-4, 2e-5], (_, _) => Everything, TuningMethod.Direct),
        new("lora", $"LoRA, rank {Rank}", [1e-3], (_, _) => KappaSelection.LowestFraction(1), TuningMethod.Lora(Rank, Alpha)),
        new(Head, "head only", [1e-3, 1e-2], null, TuningMethod.Direct),
    ];

    private static KappaSelection Everything =>
        KappaSelection.LowestFraction(1) with { Embeddings = true, SingleDimensions = true, Biases = true, Norms = true };

    public static BudgetMethod Find(string id) => All.Single(method => method.Id == id);
}
