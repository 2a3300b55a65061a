namespace Microsoft.ML.KappaTune;

/// <summary>What a run did at a point where it compared itself with its budget.</summary>
public enum BudgetAction
{
    /// <summary>It went on.</summary>
    None,

    /// <summary>It went on at a lower rate, because at this one the budget wouldn't have lasted.</summary>
    RateLowered,

    /// <summary>It went on at a higher rate, because much of the budget would have been left; only where probes found the rate.</summary>
    RateRaised,

    /// <summary>Weights and optimizer went back to the last point within the budget, and it went on at a lower rate.</summary>
    RolledBack,

    /// <summary>The selected tensors stayed as they were at the last point within the budget; the new head trained on.</summary>
    Frozen,
}
