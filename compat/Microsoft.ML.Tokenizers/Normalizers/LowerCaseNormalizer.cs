namespace Microsoft.ML.Tokenizers;

/// <summary>Makes a text lower case, character by character, in no particular culture.</summary>
public sealed class LowerCaseNormalizer : Normalizer
{
    /// <summary>The one that can be shared.</summary>
    public static LowerCaseNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Normalize(string original) => original.ToLowerInvariant();

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original) => original.ToString().ToLowerInvariant();
}
