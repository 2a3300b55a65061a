namespace Microsoft.ML.KappaTune;

/// <summary>What came of a budget.</summary>
public enum BudgetOutcome
{
    /// <summary>The selected tensors learnt something, within the budget as far as the deciding half of the control text says.</summary>
    Learned,

    /// <summary>Nothing could be learnt within the budget: the result is the base with its new head.</summary>
    HeadOnly,

    /// <summary>The run was cancelled before the end's measurement: the result was within the budget when it was measured last.</summary>
    Unverified,
}
