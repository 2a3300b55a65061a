namespace Microsoft.ML.KappaTune;

/// <summary>What a base model was trained to do, and so what it is asked again after tuning.</summary>
public enum RetentionObjective
{
    /// <summary>Guessing hidden tokens from those around them: encoders.</summary>
    MaskedTokens,

    /// <summary>Guessing each token from those before it: decoders.</summary>
    NextToken,

    /// <summary>
    /// Finding, by their vectors, which sentence comes before or after another among those of other places of the text: sentence encoders,
    /// which are trained to bring related sentences together.
    /// </summary>
    SentencePairs,
}
