namespace Microsoft.ML.KappaTune;

/// <summary>How frequencies become the pitch that people hear.</summary>
public enum MelScale
{
    /// <summary>Slaney's: a straight line to 1000 Hz, then logarithmic; Whisper's and librosa's.</summary>
    Slaney,

    /// <summary>HTK's: 2595 log10(1 + f / 700).</summary>
    Htk,
}
