/// <summary>A run of the benchmark of the budget: all that decides its result.</summary>
/// <param name="Keep">The budget, <c>RetentionBudget.Keep</c>; null for none.</param>
/// <param name="LearningRate">The rate, of the head where it trains alone; null for one that is to be found.</param>
internal sealed record BudgetCell(
    string Model, string Task, string Method, int Seed, double? Keep, double? LearningRate, int Rows, int Epochs, int Tokens, int BatchSize)
{
    public static readonly string[] Models = ["minilm", "arctic-xs"];

    public static readonly string[] Tasks = ["irony", "ag-news", "tweet-sentiment"];

    public static readonly double[] Budgets = [0.99, 0.98, 0.95];

    /// <summary>The run without a budget that a run's cost is compared with: at the method's first usual rate.</summary>
    public BudgetCell Plain() => this with { Keep = null, LearningRate = BudgetMethod.Find(Method).UsualRates[0] };

    /// <summary>
    /// All runs, the first seed's first, so that a benchmark that was stopped can still compare. A method's runs of a task are together:
    /// those without a budget, then those within one, so that they meet the same load.
    /// </summary>
    /// <param name="seeds">How many seeds, from 1.</param>
    public static IEnumerable<BudgetCell[]> Groups(int seeds, int rows, int epochs, int tokens, int batchSize) =>
        from seed in Enumerable.Range(1, seeds)
        from model in Models
        from task in Tasks
        from method in BudgetMethod.All
        let cell = new BudgetCell(model, task, method.Id, seed, null, null, rows, epochs, tokens, batchSize)
        select (BudgetCell[])
        [
            .. method.UsualRates.Select(rate => cell with { LearningRate = rate }),
            .. method.Selection is null ? [] : Budgets.Select(keep => cell with { Keep = keep }),
        ];

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Model}, {Task}, {Method}, seed {Seed}, {(Keep is { } keep ? $"keep {keep}" : $"rate {LearningRate:0.#e-0}")}");
}
