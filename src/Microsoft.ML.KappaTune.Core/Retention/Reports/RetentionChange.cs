namespace Microsoft.ML.KappaTune;

/// <summary>A value before and after tuning, on the same windows with the same tokens to guess.</summary>
public sealed record RetentionChange
{
    /// <summary>The base model's value.</summary>
    public required RetentionEstimate Before { get; init; }

    /// <summary>The tuned model's value.</summary>
    public required RetentionEstimate After { get; init; }

    /// <summary>
    /// After less before. Its interval is narrower than theirs, because a window that is hard for one model is hard for both.
    /// </summary>
    public required RetentionEstimate Difference { get; init; }
}
