namespace KappaTune.Cli.Commands;

/// <summary>The options that say what tuning may cost of what the base model knew.</summary>
internal sealed class BudgetOptions
{
    /// <summary>The options that are a budget, for hints where another name was meant to be one.</summary>
    public const string Names = $"{Keep}, {MaximumKl} or {MaximumDrift}";

    private const string Keep = "--keep", MaximumKl = "--max-kl", MaximumDrift = "--max-drift";

    private readonly PropertyOptions<RetentionBudget> _budget;
    private readonly Option[] _limits;

    /// <summary>Adds the options to the command.</summary>
    public BudgetOptions(Command command)
    {
        _budget = new(command, new());
        _limits =
        [
            _budget.Add(Keep, nameof(RetentionBudget.Keep), "P"),
            _budget.Add(MaximumKl, nameof(RetentionBudget.MaximumDivergence), "NATS"),
            _budget.Add(MaximumDrift, nameof(RetentionBudget.MaximumDrift), "D"),
        ];
        Option rollbacks = _budget.Add("--rollbacks", nameof(RetentionBudget.MaximumRollbacks));
        command.AddCheck(result =>
        {
            if (result.IsGiven(rollbacks) && !_limits.Any(result.IsGiven))
                result.AddError("--rollbacks: only with --keep, --max-kl or --max-drift.");
        });
    }

    /// <summary>The budget that the command line states; null where it states none.</summary>
    public RetentionBudget? Read(ParseResult result) =>
        _limits.Any(limit => result.GetResult(limit) is not null) ? _budget.Apply(result, new()) : null;

    /// <summary>Whether a command has these options.</summary>
    public static bool AreIn(Command command) => command.Options.Any(option => option.Name == Keep);
}
