namespace Microsoft.ML.Tokenizers;

/// <content>Creation from a vocabulary: a token a line, whose number from 0 is its id.</content>
public partial class WordPieceTokenizer
{
    /// <summary>A tokenizer with the vocabulary of a file.</summary>
    public static WordPieceTokenizer Create(string vocabFilePath, WordPieceOptions? options = null) =>
        Create(ReadFile(vocabFilePath), options);

    /// <summary>A tokenizer with the vocabulary of a stream, which is left open.</summary>
    public static WordPieceTokenizer Create(Stream vocabStream, WordPieceOptions? options = null) =>
        Create(ReadVocabulary(vocabStream), options);

    /// <summary>A tokenizer with the vocabulary of a file.</summary>
    public static async Task<WordPieceTokenizer> CreateAsync(
        string vocabFilePath, WordPieceOptions? options = null, CancellationToken cancellationToken = default) =>
        Create(await ReadFileAsync(vocabFilePath, cancellationToken).ConfigureAwait(false), options);

    /// <summary>A tokenizer with the vocabulary of a stream, which is left open.</summary>
    public static async Task<WordPieceTokenizer> CreateAsync(
        Stream vocabStream, WordPieceOptions? options = null, CancellationToken cancellationToken = default) =>
        Create(await ReadVocabularyAsync(vocabStream, cancellationToken).ConfigureAwait(false), options);

    internal static Dictionary<string, int> ReadFile(string vocabFilePath)
    {
        using FileStream stream = Open(vocabFilePath);
        return ReadVocabulary(stream);
    }

    internal static Dictionary<string, int> ReadVocabulary(Stream vocabStream)
    {
        using StreamReader reader = Reader(vocabStream);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; reader.ReadLine() is { } line; id++)
            Add(vocabulary, line, id);
        return vocabulary;
    }

    internal static async Task<Dictionary<string, int>> ReadFileAsync(string vocabFilePath, CancellationToken cancellationToken)
    {
        using FileStream stream = Open(vocabFilePath);
        return await ReadVocabularyAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<Dictionary<string, int>> ReadVocabularyAsync(Stream vocabStream, CancellationToken cancellationToken)
    {
        using StreamReader reader = Reader(vocabStream);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; id++)
            Add(vocabulary, line, id);
        return vocabulary;
    }

    private static WordPieceTokenizer Create(Dictionary<string, int> vocabulary, WordPieceOptions? options)
    {
        options ??= new WordPieceOptions();
        return new WordPieceTokenizer(
            vocabulary, options, options.PreTokenizer ?? PreTokenizer.CreateWhiteSpace(options.SpecialTokens), options.Normalizer,
            options.SpecialTokens, options.SpecialTokens);
    }

    // An empty line takes an id but is no token.
    private static void Add(Dictionary<string, int> vocabulary, string line, int id)
    {
        if (line.Length > 0)
            vocabulary.Add(line, id);
    }

    private static FileStream Open(string vocabFilePath)
    {
        if (string.IsNullOrEmpty(vocabFilePath))
            throw new ArgumentNullException(nameof(vocabFilePath));
        return File.OpenRead(vocabFilePath);
    }

    private static StreamReader Reader(Stream vocabStream)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);
        return new StreamReader(vocabStream, leaveOpen: true);
    }
}
