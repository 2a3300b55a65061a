namespace Microsoft.ML.KappaTune;

/// <summary>What a base model was trained to do, and so what it is asked again after tuning.</summary>
public enum RetentionObjective
{
    /// <summary>Guessing hidden tokens from those around them: encoders.</summary>
    MaskedTokens,

    /// <summary>Guessing each token from those before it: decoders.</summary>
    NextToken,
}
