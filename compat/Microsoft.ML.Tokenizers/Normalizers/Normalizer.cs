namespace Microsoft.ML.Tokenizers;

/// <summary>Changes a text before it is split and encoded.</summary>
public abstract class Normalizer
{
    /// <summary>For derived classes.</summary>
    protected Normalizer()
    {
    }

    /// <summary>The normalized text.</summary>
    public abstract string Normalize(string original);

    /// <summary>The normalized text.</summary>
    public abstract string Normalize(ReadOnlySpan<char> original);
}
