namespace Microsoft.ML.KappaTune;

/// <summary>What came of a budget.</summary>
public enum BudgetOutcome
{
    /// <summary>The selected tensors learnt something, within the budget as far as the deciding half of the control text says.</summary>
    Learned,

    /// <summary>
    /// Nothing but the new head, where the task has one, was learnt within the budget: all other weights are the base's.
    /// </summary>
    HeadOnly,

    /// <summary>
    /// The run was cancelled: the result is the best epoch's or that of <see cref="BudgetReport.ReturnedToStep"/>, and whether it is within
    /// the budget wasn't measured.
    /// </summary>
    Unverified,
}
