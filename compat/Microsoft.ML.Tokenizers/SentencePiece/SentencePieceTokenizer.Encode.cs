namespace Microsoft.ML.Tokenizers;

/// <content>From text to tokens.</content>
public partial class SentencePieceTokenizer
{
    private EncodeResults<EncodedToken> Tokens(string? text, ReadOnlySpan<char> span, EncodeSettings settings, Ends ends)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        PieceBuffer buffer = PieceBuffer.Rent();
        ReadOnlySpan<char> words = Normalize(text, span, settings, out string? normalizedText, ref ends);
        var tokens = new List<EncodedToken>();
        if (ends.Beginning)
            tokens.Add(new EncodedToken(BeginningOfSentenceId, BeginningOfSentenceToken, 0..0));
        int start = 0;
        while (_finder is not null && _finder.TryFind(words, start, out int offset, out int length))
        {
            AddTokens(words[start..offset], buffer, tokens);
            string special = words.Slice(offset, length).ToString();
            tokens.Add(new EncodedToken(SpecialTokens![special], special, offset..(offset + length)));
            start = offset + length;
        }

        AddTokens(words[start..], buffer, tokens);
        if (ends.End)
            tokens.Add(new EncodedToken(EndOfSentenceId, EndOfSentenceToken, words.Length..words.Length));
        buffer.Return();
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalizedText, CharsConsumed = words.Length };
    }

    // Offsets count from the part's start, not the text's: so does the library that this stands in for.
    private void AddTokens(ReadOnlySpan<char> part, PieceBuffer buffer, List<EncodedToken> tokens)
    {
        buffer.Clear();
        _model.Encode(part, 0, buffer);
        foreach (Piece piece in buffer.Pieces)
            tokens.Add(new EncodedToken(piece.Id, _model.TokenOf(piece.Id, part[piece.Start..piece.End]), piece.Start..piece.End));
    }

    private EncodeResults<int> Ids(string? text, ReadOnlySpan<char> span, EncodeSettings settings, Ends ends)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        PieceBuffer buffer = PieceBuffer.Rent();
        ReadOnlySpan<char> words = Normalize(text, span, settings, out string? normalizedText, ref ends);
        if (ends.Beginning)
            buffer.Add(new Piece(BeginningOfSentenceId, 0, 0));
        int first = buffer.Count;
        Encode(words, buffer);
        // The bytes of a character must fit all, but then don't count: so does the library that this stands in for.
        int consumed = Fit(buffer.Pieces[first..], settings.MaxTokenCount, first, countBytes: false, out int fitting, out int count);
        buffer.Truncate(first + fitting);
        if (ends.End && count < settings.MaxTokenCount)
            buffer.Add(new Piece(EndOfSentenceId, words.Length, words.Length));
        List<int> ids = buffer.Ids();
        buffer.Return();
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = consumed };
    }

    private int Count(string? text, ReadOnlySpan<char> span, EncodeSettings settings, Ends ends, out string? normalizedText, out int consumed)
    {
        consumed = Index(text, span, settings, ends, fromEnd: false, out normalizedText, out int count);
        return count;
    }

    private int Index(
        string? text, ReadOnlySpan<char> span, EncodeSettings settings, Ends ends, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        PieceBuffer buffer = PieceBuffer.Rent();
        ReadOnlySpan<char> words = Normalize(text, span, settings, out normalizedText, ref ends);
        Encode(words, buffer);
        bool before = fromEnd ? ends.End : ends.Beginning, after = fromEnd ? ends.Beginning : ends.End;
        int index = fromEnd
            ? FitFromEnd(buffer.Pieces, settings.MaxTokenCount, before ? 1 : 0, words.Length, out tokenCount)
            : Fit(buffer.Pieces, settings.MaxTokenCount, before ? 1 : 0, countBytes: true, out _, out tokenCount);
        if (after && tokenCount < settings.MaxTokenCount)
            tokenCount++;
        buffer.Return();
        return index;
    }

    private ReadOnlySpan<char> Normalize(string? text, ReadOnlySpan<char> span, EncodeSettings settings, out string? normalizedText, scoped ref Ends ends)
    {
        if (span.IsEmpty)
        {
            ends = default;
            normalizedText = _unigram ? "" : null;
            return span;
        }

        ReadOnlySpan<char> words = TextSplitter.Normalize(ref text, span, settings.ConsiderNormalization ? Normalizer : null, out normalizedText);
        if (words.IsEmpty && !_unigram)
            ends = default;
        return words;
    }

    private void Encode(ReadOnlySpan<char> words, PieceBuffer buffer)
    {
        int start = 0;
        while (_finder is not null && _finder.TryFind(words, start, out int offset, out int length))
        {
            _model.Encode(words[start..offset], start, buffer);
            buffer.Add(new Piece(SpecialTokens![words.Slice(offset, length).ToString()], offset, offset + length));
            start = offset + length;
        }

        _model.Encode(words[start..], start, buffer);
    }

    // How many pieces fit where count are taken, without parting the bytes of a character; gives where they end.
    private static int Fit(ReadOnlySpan<Piece> pieces, int max, int taken, bool countBytes, out int fitting, out int count)
    {
        int consumed = 0;
        count = taken;
        for (fitting = 0; fitting < pieces.Length;)
        {
            int size = 1;
            while (fitting + size < pieces.Length && pieces[fitting + size].Start == pieces[fitting + size].End)
                size++;
            if (size > max - count)
                break;
            consumed = pieces[fitting].End;
            fitting += size;
            count += countBytes || size == 1 ? size : 0;
        }

        return consumed;
    }

    private static int FitFromEnd(ReadOnlySpan<Piece> pieces, int max, int taken, int length, out int count)
    {
        int index = length;
        count = taken;
        for (int end = pieces.Length; end > 0;)
        {
            int first = end - 1;
            while (first > 0 && pieces[first].Start == pieces[first].End)
                first--;
            if (end - first > max - count)
                break;
            index = pieces[first].Start;
            count += end - first;
            end = first;
        }

        return index;
    }
}
