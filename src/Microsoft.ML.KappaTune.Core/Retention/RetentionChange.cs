namespace Microsoft.ML.KappaTune;

/// <summary>A value before and after tuning, on the same windows with the same tokens to guess.</summary>
public sealed record RetentionChange
{
    /// <summary>Of the base model.</summary>
    public required RetentionEstimate Before { get; init; }

    /// <summary>Of the tuned model.</summary>
    public required RetentionEstimate After { get; init; }

    /// <summary>After less before. Its interval is narrower than theirs, for what makes a window hard makes it hard for both.</summary>
    public required RetentionEstimate Difference { get; init; }
}
