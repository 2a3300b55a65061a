namespace Microsoft.ML.Tokenizers;

/// <summary>How a text is encoded.</summary>
public struct EncodeSettings
{
    /// <summary>Settings that normalize, pre-tokenize and don't limit the number of tokens.</summary>
    public EncodeSettings()
    {
    }

    /// <summary>Whether the text is split before it is encoded.</summary>
    public bool ConsiderPreTokenization { get; set; } = true;

    /// <summary>Whether the text is normalized first.</summary>
    public bool ConsiderNormalization { get; set; } = true;

    /// <summary>The most tokens to give.</summary>
    public int MaxTokenCount { get; set; } = int.MaxValue;
}
