namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BpeTokenizer"/> is made with.</summary>
public sealed class BpeOptions
{
    /// <summary>Options with a vocabulary of tokens and their ids.</summary>
    public BpeOptions(IEnumerable<KeyValuePair<string, int>> vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
    }

    /// <summary>Options with the vocabulary and the merges of files in GPT-2's format: vocab.json, merges.txt.</summary>
    public BpeOptions(string vocabFile, string? mergesFile = null)
    {
        ArgumentNullException.ThrowIfNull(vocabFile);
        if (!File.Exists(vocabFile))
            throw new ArgumentException($"Could not find the vocabulary file '{vocabFile}'.");
        if (mergesFile is not null && !File.Exists(mergesFile))
            throw new ArgumentException($"Could not find the merges file '{mergesFile}'.");
        using FileStream vocabulary = File.OpenRead(vocabFile);
        Vocabulary = VocabularyFiles.ReadVocabulary(vocabulary);
        if (mergesFile is not null)
        {
            using FileStream merges = File.OpenRead(mergesFile);
            Merges = VocabularyFiles.ReadMerges(merges);
        }
    }

    /// <summary>The tokens and their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>Pairs of tokens that are joined, first the first, two tokens and a space each; null for none.</summary>
    public IEnumerable<string>? Merges { get; set; }

    /// <summary>Tokens that are found in the text as they are, with their ids; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }

    /// <summary>What changes the text first; null for nothing.</summary>
    public Normalizer? Normalizer { get; set; }

    /// <summary>What splits the text; null for words and runs of other characters.</summary>
    public PreTokenizer? PreTokenizer { get; set; }

    /// <summary>Whether symbols are the bytes of the text in GPT-2's alphabet, else its characters.</summary>
    public bool ByteLevel { get; set; }

    /// <summary>The token of a symbol that isn't in the vocabulary; null to leave it out.</summary>
    public string? UnknownToken { get; set; }

    /// <summary>Whether neighbouring unknown symbols are one token.</summary>
    public bool FuseUnknownTokens { get; set; }

    /// <summary>What begins a token that continues a word; null for nothing.</summary>
    public string? ContinuingSubwordPrefix { get; set; }

    /// <summary>What ends a token that ends a word; null for nothing.</summary>
    public string? EndOfWordSuffix { get; set; }

    /// <summary>The token put before a text; null for none.</summary>
    public string? BeginningOfSentenceToken { get; set; }

    /// <summary>The token put after a text; null for none.</summary>
    public string? EndOfSentenceToken { get; set; }
}
