namespace KappaTune.Cli.Commands;

/// <summary>The options that say what tuning may cost of what the base model knew.</summary>
internal sealed class BudgetOptions
{
    private readonly PropertyOptions<RetentionBudget> _budget;
    private readonly Option[] _limits;

    /// <summary>Adds the options to the command.</summary>
    public BudgetOptions(Command command)
    {
        _budget = new(command, new());
        _limits =
        [
            _budget.Add("--keep", nameof(RetentionBudget.Keep), "P"),
            _budget.Add("--max-kl", nameof(RetentionBudget.MaximumDivergence), "NATS"),
            _budget.Add("--max-drift", nameof(RetentionBudget.MaximumDrift), "D"),
        ];
        Option rollbacks = _budget.Add("--rollbacks", nameof(RetentionBudget.MaximumRollbacks));
        command.Validators.Add(result =>
        {
            if (result.GetResult(rollbacks) is not null && !_limits.Any(limit => result.GetResult(limit) is not null))
                result.AddError("--rollbacks: only with --keep, --max-kl or --max-drift.");
        });
    }

    /// <summary>The budget that the command line states; null where it states none.</summary>
    public RetentionBudget? Read(ParseResult result) =>
        _limits.Any(limit => result.GetResult(limit) is not null) ? _budget.Apply(result, new()) : null;
}
