/// <summary>Results of one size, and the questions that tables ask of them.</summary>
internal sealed class BudgetResultSet(IReadOnlyList<BudgetResult> all)
{
    private readonly Dictionary<BudgetCell, BudgetResult> _byCell =
        all.Where(result => result.Failure is null).ToDictionary(result => result.Cell);

    /// <summary>Those that ended well.</summary>
    public IEnumerable<BudgetResult> Results => _byCell.Values;

    public IEnumerable<BudgetResult> Failed => all.Where(result => result.Failure is not null);

    public BudgetResult[] Of(string method, double? keep, double? rate) =>
        [.. Results.Where(result => (result.Cell.Method, result.Cell.Keep, result.Cell.LearningRate) == (method, keep, rate))];

    /// <summary>In %: the mean over tasks, what it is over that of the head alone, and of each task.</summary>
    public string[] Accuracies(BudgetResult[] runs)
    {
        double accuracy = MeanOverTasks(runs);
        double head = BudgetMethod.Find(BudgetMethod.Head).UsualRates.Select(rate => Of(BudgetMethod.Head, null, rate))
            .Where(others => others.Length > 0).Select(MeanOverTasks).DefaultIfEmpty(double.NaN).Max();
        return
        [
            $"{100 * accuracy:0.0}", double.IsNaN(head) ? "" : $"{100 * (accuracy - head):+0.0;−0.0;0.0}",
            .. BudgetCell.Tasks.Select(task => Text([.. runs.Where(run => run.Cell.Task == task)])),
        ];

        static string Text(BudgetResult[] ofTask) => ofTask.Length == 0 ? "" : $"{100 * ofTask.Average(run => run.Accuracy):0.0}";
    }

    /// <summary>The processor's time of each run over that of the plain run of the same method, rows and seed, where there is one.</summary>
    /// <param name="isMeasured">Whether the plain run is also measured on control text at its end.</param>
    public double[] Costs(IEnumerable<BudgetResult> runs, bool isMeasured) =>
    [
        .. from run in runs
           let plain = _byCell.GetValueOrDefault(run.Cell.Plain())
           where plain is not null
           select run.ProcessorSeconds / (plain.ProcessorSeconds + (isMeasured ? plain.MeasuringSeconds : 0)),
    ];

    /// <summary>The accuracy of the lowest κ less that of another method within the same budget, pair by pair.</summary>
    public double[] Differences(string other, double keep) =>
    [
        .. from run in Of(BudgetMethod.Kappa, keep, null)
           let paired = _byCell.GetValueOrDefault(run.Cell with { Method = other })
           where paired is not null
           select run.Accuracy - paired.Accuracy,
    ];

    /// <summary>Each task counts alike, also where some of its runs aren't there yet.</summary>
    private static double MeanOverTasks(BudgetResult[] runs) =>
        runs.GroupBy(run => run.Cell.Task).Average(task => task.Average(run => run.Accuracy));
}
