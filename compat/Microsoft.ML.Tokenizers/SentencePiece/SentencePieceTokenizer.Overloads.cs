namespace Microsoft.ML.Tokenizers;

/// <content>The overloads that say whether there is a token before the text and one after it.</content>
public partial class SentencePieceTokenizer
{
    /// <summary>Encodes a text to ids.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Ids(text, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence)).Tokens;

    /// <summary>Encodes a text to ids.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Ids(null, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence)).Tokens;

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, which cover <paramref name="charsConsumed"/> characters.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Ids(
            text, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, which cover <paramref name="charsConsumed"/> characters.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Ids(
            null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    /// <summary>Encodes a text to tokens.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text, out string? normalizedText, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> results = Tokens(text, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence));
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    /// <summary>Encodes a text to tokens.</summary>
    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text, out string? normalizedText, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        EncodeResults<EncodedToken> results = Tokens(null, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence));
        normalizedText = results.NormalizedText;
        return results.Tokens;
    }

    /// <summary>The number of tokens of a text.</summary>
    public int CountTokens(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Count(text, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence), out _, out _);

    /// <summary>The number of tokens of a text.</summary>
    public int CountTokens(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Count(null, text, Settings(considerPreTokenization, considerNormalization), new Ends(addBeginningOfSentence, addEndOfSentence), out _, out _);

    /// <summary>The number of tokens of a text, at most <paramref name="maxTokenCount"/>, which cover <paramref name="charsConsumed"/> characters.</summary>
    public int CountTokens(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization, bool considerNormalization,
        out string? normalizedText, out int charsConsumed, int maxTokenCount = int.MaxValue) =>
        Count(
            text, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            out normalizedText, out charsConsumed);

    /// <summary>The number of tokens of a text, at most <paramref name="maxTokenCount"/>, which cover <paramref name="charsConsumed"/> characters.</summary>
    public int CountTokens(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, bool considerPreTokenization, bool considerNormalization,
        out string? normalizedText, out int charsConsumed, int maxTokenCount = int.MaxValue) =>
        Count(
            null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            out normalizedText, out charsConsumed);

    /// <summary>Where the longest beginning of the text of at most <paramref name="maxTokenCount"/> tokens ends.</summary>
    public int GetIndexByTokenCount(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, out string? normalizedText, out int tokenCount,
        bool considerPreTokenization = true, bool considerNormalization = true) =>
        Index(
            text, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            fromEnd: false, out normalizedText, out tokenCount);

    /// <summary>Where the longest beginning of the text of at most <paramref name="maxTokenCount"/> tokens ends.</summary>
    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, out string? normalizedText, out int tokenCount,
        bool considerPreTokenization = true, bool considerNormalization = true) =>
        Index(
            null, text, Settings(considerPreTokenization, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            fromEnd: false, out normalizedText, out tokenCount);

    /// <summary>Where the longest end of the text of at most <paramref name="maxTokenCount"/> tokens begins.</summary>
    public int GetIndexByTokenCountFromEnd(
        string text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, bool considerNormalization, out string? normalizedText,
        out int tokenCount) =>
        Index(
            text, text, Settings(considerPreTokenization: true, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            fromEnd: true, out normalizedText, out tokenCount);

    /// <summary>Where the longest end of the text of at most <paramref name="maxTokenCount"/> tokens begins.</summary>
    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text, bool addBeginningOfSentence, bool addEndOfSentence, int maxTokenCount, bool considerNormalization, out string? normalizedText,
        out int tokenCount) =>
        Index(
            null, text, Settings(considerPreTokenization: true, considerNormalization, maxTokenCount), new Ends(addBeginningOfSentence, addEndOfSentence),
            fromEnd: true, out normalizedText, out tokenCount);
}
