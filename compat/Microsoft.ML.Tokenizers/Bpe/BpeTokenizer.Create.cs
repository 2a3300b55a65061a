namespace Microsoft.ML.Tokenizers;

/// <content>Creation from options, files or streams in GPT-2's format: vocab.json, merges.txt.</content>
public sealed partial class BpeTokenizer
{
    /// <summary>A tokenizer of these options.</summary>
    public static BpeTokenizer Create(BpeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BpeTokenizer(options);
    }

    /// <summary>A tokenizer with the vocabulary and merges of files.</summary>
    public static BpeTokenizer Create(string vocabFile, string? mergesFile) => new(new BpeOptions(vocabFile, mergesFile));

    /// <summary>A tokenizer with the vocabulary and merges of files.</summary>
    public static BpeTokenizer Create(
        string vocabFile, string? mergesFile, PreTokenizer? preTokenizer = null, Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null, string? unknownToken = null, string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null, bool fuseUnknownTokens = false) =>
        Create(
            new BpeOptions(vocabFile, mergesFile), preTokenizer, normalizer, specialTokens, unknownToken, continuingSubwordPrefix,
            endOfWordSuffix, fuseUnknownTokens);

    /// <summary>A tokenizer with the vocabulary and merges of streams, which are left open.</summary>
    public static BpeTokenizer Create(Stream vocabStream, Stream? mergesStream) => new(Read(vocabStream, mergesStream));

    /// <summary>A tokenizer with the vocabulary and merges of streams, which are left open.</summary>
    public static BpeTokenizer Create(
        Stream vocabStream, Stream? mergesStream, PreTokenizer? preTokenizer = null, Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null, string? unknownToken = null, string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null, bool fuseUnknownTokens = false) =>
        Create(
            Read(vocabStream, mergesStream), preTokenizer, normalizer, specialTokens, unknownToken, continuingSubwordPrefix,
            endOfWordSuffix, fuseUnknownTokens);

    /// <summary>A tokenizer with the vocabulary and merges of streams, which are left open.</summary>
    public static async Task<BpeTokenizer> CreateAsync(
        Stream vocabStream, Stream? mergesStream, PreTokenizer? preTokenizer = null, Normalizer? normalizer = null,
        IReadOnlyDictionary<string, int>? specialTokens = null, string? unknownToken = null, string? continuingSubwordPrefix = null,
        string? endOfWordSuffix = null, bool fuseUnknownTokens = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);
        using var vocabulary = new MemoryStream();
        await vocabStream.CopyToAsync(vocabulary).ConfigureAwait(false);
        vocabulary.Position = 0;
        using var merges = new MemoryStream();
        if (mergesStream is not null)
            await mergesStream.CopyToAsync(merges).ConfigureAwait(false);
        merges.Position = 0;
        return Create(
            vocabulary, merges, preTokenizer, normalizer, specialTokens, unknownToken, continuingSubwordPrefix, endOfWordSuffix,
            fuseUnknownTokens);
    }

    private static BpeOptions Read(Stream vocabStream, Stream? mergesStream)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);
        return new BpeOptions(VocabularyFiles.ReadVocabulary(vocabStream))
        {
            Merges = mergesStream is null ? null : VocabularyFiles.ReadMerges(mergesStream),
        };
    }

    private static BpeTokenizer Create(
        BpeOptions options, PreTokenizer? preTokenizer, Normalizer? normalizer, IReadOnlyDictionary<string, int>? specialTokens,
        string? unknownToken, string? continuingSubwordPrefix, string? endOfWordSuffix, bool fuseUnknownTokens)
    {
        options.PreTokenizer = preTokenizer;
        options.Normalizer = normalizer;
        options.SpecialTokens = specialTokens;
        options.UnknownToken = unknownToken;
        options.ContinuingSubwordPrefix = continuingSubwordPrefix;
        options.EndOfWordSuffix = endOfWordSuffix;
        options.FuseUnknownTokens = fuseUnknownTokens;
        return new BpeTokenizer(options);
    }
}
