namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step that changes a text before it is split.</summary>
internal interface ITextNormalizer
{
    /// <summary>Writes the changed text to <paramref name="target"/>, which is empty; false where it leaves the text as it is.</summary>
    bool TryNormalize(AlignedText text, AlignedText target);
}
