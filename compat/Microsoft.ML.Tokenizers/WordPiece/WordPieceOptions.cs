namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="WordPieceTokenizer"/> is made with, besides its vocabulary.</summary>
public class WordPieceOptions
{
    /// <summary>What splits the text; null for white space.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>What changes the text first; null for nothing.</summary>
    public Normalizer? Normalizer { get; set; }

    /// <summary>Tokens that are found in the text as they are, with their ids; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    /// <summary>The token of a word that the vocabulary can't make up.</summary>
    public string UnknownToken { get; set; } = "[UNK]";

    /// <summary>What begins a token that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; set; } = "##";

    /// <summary>A longer word, in UTF-16 units, is unknown.</summary>
    public int MaxInputCharsPerWord { get; set; } = 100;
}
