namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>How a model was made: what its card and <c>pretraining.json</c> say.</summary>
public sealed record PretrainingReport
{
    public required PretrainingOptions Options { get; init; }

    public required TextCorpus Corpus { get; init; }

    /// <summary>Tokens that were trained on, each counted once.</summary>
    public required int CorpusTokens { get; init; }

    /// <summary>The held-out text; null where nothing was measured.</summary>
    public required TextCorpus? HeldOut { get; init; }

    /// <summary>Windows that were measured on, and guesses asked for in them.</summary>
    public required int HeldOutWindows { get; init; }

    /// <inheritdoc cref="HeldOutWindows"/>
    public required int HeldOutGuesses { get; init; }

    /// <summary>What was measured, in the order of the steps; the last is of the stored weights.</summary>
    public required IReadOnlyList<HeldOutResult> Measured { get; init; }

    public required int VocabularySize { get; init; }

    public required long Parameters { get; init; }

    public required int Steps { get; init; }

    /// <summary>Tokens seen in all steps.</summary>
    public required long TokensSeen { get; init; }

    /// <summary>Mean loss of each step.</summary>
    public required IReadOnlyList<float> Losses { get; init; }

    public required TimeSpan Time { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    /// <summary>The last measurement; null where there is none.</summary>
    public HeldOutResult? Last => Measured.Count == 0 ? null : Measured[^1];
}
