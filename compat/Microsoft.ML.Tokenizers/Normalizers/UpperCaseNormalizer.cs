namespace Microsoft.ML.Tokenizers;

/// <summary>Makes a text upper case, character by character, in no particular culture.</summary>
public sealed class UpperCaseNormalizer : Normalizer
{
    /// <summary>The one that can be shared.</summary>
    public static UpperCaseNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public override string Normalize(string original) => original.ToUpperInvariant();

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original) => original.ToString().ToUpperInvariant();
}
