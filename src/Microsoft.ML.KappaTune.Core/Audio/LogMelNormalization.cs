namespace Microsoft.ML.KappaTune;

/// <summary>What becomes of the logarithms of an utterance's bands.</summary>
public enum LogMelNormalization
{
    /// <summary>In each band the mean over the utterance is 0 and the standard deviation 1; a band that never changes is 0.</summary>
    Utterance,

    /// <summary>
    /// Whisper's: what is more than 8 below the utterance's highest value is raised to that; then 4 is added, and it is divided by 4.
    /// </summary>
    Whisper,

    /// <summary>Nothing: the logarithm to base 10 of the power, -10 at least.</summary>
    None,
}
