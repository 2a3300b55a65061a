namespace Microsoft.ML.KappaTune;

/// <summary>Why a text ended.</summary>
public enum GenerationStop
{
    /// <summary>The model wrote an end token.</summary>
    EndToken = 0,

    /// <summary>One of <see cref="GenerationOptions.Stop"/> came.</summary>
    StopText = 1,

    /// <summary><see cref="GenerationOptions.MaxTokens"/> were written.</summary>
    MaxTokens = 2,

    /// <summary>The model's context is full.</summary>
    FullContext = 3,
}
