namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Puts a fixed text before a text that isn't empty.</summary>
internal sealed class Prepend(string prefix) : ITextNormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (text.Length == 0)
            return false;
        target.Append(prefix, text.StartOf(0), text.EndOf(0));
        target.Append(text, 0, text.Length);
        return true;
    }
}
