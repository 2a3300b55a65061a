namespace Microsoft.ML.KappaTune;

/// <summary>A piece of a text as it is written.</summary>
/// <param name="Text">The characters that are certain by now, after those of the pieces before; it may be empty.</param>
/// <param name="Tokens">Tokens that were written so far, an end token included.</param>
/// <param name="Stop">Why the text ended; null but for the last piece.</param>
public sealed record GeneratedPiece(string Text, int Tokens, GenerationStop? Stop)
{
    /// <summary>Tokens of the prompt, or of the conversation as its template writes it, special ones included.</summary>
    public int PromptTokens { get; init; }
}
