namespace Microsoft.ML.KappaTune;

/// <summary>What tells a better epoch from a worse one.</summary>
public enum ValidationMetric
{
    /// <summary>Mean cross-entropy, in nats; lower is better.</summary>
    Loss,

    /// <summary>The share of rows whose class was found, or of tokens that were guessed; higher is better.</summary>
    MicroAccuracy,

    /// <summary>The mean over classes of the share of their rows that were found, or over rows of their tokens; higher is better.</summary>
    MacroAccuracy,

    /// <summary>Of speech, word errors of the rows' normalised transcripts for each word that is said; lower is better.</summary>
    WordErrorRate,
}
