namespace Microsoft.ML.KappaTune;

/// <summary>What a column of recordings holds.</summary>
public enum SpeechInput
{
    /// <summary>Text: the path of a WAV file of PCM, of any rate; channels are mixed to one.</summary>
    Path = 0,

    /// <summary>A vector of <see cref="float"/>: samples from -1 to 1, of one channel, at a rate that the options say.</summary>
    Samples = 1,

    /// <summary>
    /// A vector of <see cref="float"/>: frame after frame of as many values as the options say, of sound or of any other modality.
    /// </summary>
    Frames = 2,
}
