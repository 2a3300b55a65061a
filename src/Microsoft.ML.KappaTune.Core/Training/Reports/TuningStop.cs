namespace Microsoft.ML.KappaTune;

/// <summary>Why training ended.</summary>
public enum TuningStop
{
    /// <summary>All epochs were done.</summary>
    Completed,

    /// <summary><see cref="TuningOptions.EarlyStopping"/> saw no gain any more.</summary>
    StoppedEarly,

    /// <summary>It was cancelled; the best model so far was kept.</summary>
    Cancelled,

    /// <summary><see cref="TuningOptions.MaximumTime"/> didn't allow all epochs.</summary>
    OutOfTime,

    /// <summary>
    /// All that <see cref="TuningOptions.Budget"/> allows was used, and no new head was left to train; a language model has none.
    /// </summary>
    BudgetSpent,
}
