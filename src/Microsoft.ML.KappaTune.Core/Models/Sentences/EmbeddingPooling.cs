namespace Microsoft.ML.KappaTune;

/// <summary>How the states of a text's tokens become one vector.</summary>
public enum EmbeddingPooling
{
    /// <summary>Their mean, special tokens included, as sentence-transformers has it.</summary>
    Mean,

    /// <summary>That of the first token, such as <c>[CLS]</c>: what a classifier's head sees.</summary>
    FirstToken,

    /// <summary>That of the last token, which of a decoder is the only one that saw the whole text.</summary>
    LastToken,
}
