namespace Microsoft.ML.KappaTune;

/// <summary>A value over a control text, and how far it could be chance: its 95 % bootstrap interval over the text's windows.</summary>
public sealed record RetentionEstimate
{
    /// <summary>The value over all windows.</summary>
    public required double Value { get; init; }

    /// <summary>The lower end of the interval.</summary>
    public required double Low { get; init; }

    /// <summary>The upper end of the interval.</summary>
    public required double High { get; init; }
}
