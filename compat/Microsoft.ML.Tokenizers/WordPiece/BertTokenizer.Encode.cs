namespace Microsoft.ML.Tokenizers;

/// <content>Encoding with special tokens: [CLS] text [SEP].</content>
public sealed partial class BertTokenizer
{
    /// <summary>Encodes a text to ids, [CLS] and [SEP] around them.</summary>
    public new IReadOnlyList<int> EncodeToIds(
        string text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Encode(text, text, true, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>Encodes a text to ids, [CLS] and [SEP] around them.</summary>
    public new IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Encode(null, text, true, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>Encodes a text to ids, [CLS] and [SEP] around them where <paramref name="addSpecialTokens"/> says so.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text, bool addSpecialTokens, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Encode(text, text, addSpecialTokens, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>Encodes a text to ids, [CLS] and [SEP] around them where <paramref name="addSpecialTokens"/> says so.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool addSpecialTokens, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Encode(null, text, addSpecialTokens, Settings(considerPreTokenization, considerNormalization)).Tokens;

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, [CLS] and [SEP] around them; none at all where that is less than 2.</summary>
    public new IReadOnlyList<int> EncodeToIds(
        string text, int maxTokenCount, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Encode(
            text, text, true, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, [CLS] and [SEP] around them; none at all where that is less than 2.</summary>
    public new IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, int maxTokenCount, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Encode(
            null, text, true, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, [CLS] and [SEP] around them where <paramref name="addSpecialTokens"/> says so.</summary>
    public IReadOnlyList<int> EncodeToIds(
        string text, int maxTokenCount, bool addSpecialTokens, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Encode(
            text, text, addSpecialTokens, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    /// <summary>Encodes a text to at most <paramref name="maxTokenCount"/> ids, [CLS] and [SEP] around them where <paramref name="addSpecialTokens"/> says so.</summary>
    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, int maxTokenCount, bool addSpecialTokens, out string? normalizedText, out int charsConsumed,
        bool considerPreTokenization = true, bool considerNormalization = true)
    {
        EncodeResults<int> results = Encode(
            null, text, addSpecialTokens, Settings(considerPreTokenization, considerNormalization, maxTokenCount));
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }

    private EncodeResults<int> Encode(string? text, ReadOnlySpan<char> span, bool addSpecialTokens, EncodeSettings settings)
    {
        if (!addSpecialTokens)
            return EncodeToIds(text, span, settings);
        if (settings.MaxTokenCount < 2)
            return new EncodeResults<int> { Tokens = [] };
        if (settings.MaxTokenCount < int.MaxValue)
            settings.MaxTokenCount -= 2;
        EncodeResults<int> results = EncodeToIds(text, span, settings);
        var ids = (List<int>)results.Tokens;
        ids.Insert(0, ClassificationTokenId);
        ids.Add(SeparatorTokenId);
        return results;
    }
}
