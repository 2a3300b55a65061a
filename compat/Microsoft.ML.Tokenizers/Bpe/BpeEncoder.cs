namespace Microsoft.ML.Tokenizers;

/// <summary>Encodes texts word by word, with a beginning and an end where there is any.</summary>
internal sealed class BpeEncoder(BpeModel model, int? begin, int? end, bool prefixSpace = false)
{
    public EncodeResults<EncodedToken> EncodeToTokens(
        Tokenizer tokenizer, BpeDecoder decoder, string? text, ReadOnlySpan<char> span, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        int consumed = Encode(tokenizer, text, span, settings, buffer, out string? normalizedText, out _);
        var tokens = new List<EncodedToken>(buffer.Count);
        foreach (Piece piece in buffer.Pieces)
            tokens.Add(new EncodedToken(piece.Id, decoder.TokenOf(piece.Id), piece.Start..piece.End));
        buffer.Return();
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalizedText, CharsConsumed = consumed };
    }

    public EncodeResults<int> EncodeToIds(Tokenizer tokenizer, string? text, ReadOnlySpan<char> span, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        int consumed = Encode(tokenizer, text, span, settings, buffer, out string? normalizedText, out _);
        List<int> ids = buffer.Ids();
        buffer.Return();
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = consumed };
    }

    public int CountTokens(Tokenizer tokenizer, string? text, ReadOnlySpan<char> span, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        Encode(tokenizer, text, span, settings, buffer, out _, out _);
        int count = buffer.Count;
        buffer.Return();
        return count;
    }

    public int GetIndexByTokenCount(
        Tokenizer tokenizer, string? text, ReadOnlySpan<char> span, EncodeSettings settings, bool fromEnd, out string? normalizedText,
        out int tokenCount)
    {
        Tokenizer.CheckMaxTokenCount(settings.MaxTokenCount);
        int max = settings.MaxTokenCount;
        if (fromEnd)
            settings.MaxTokenCount = int.MaxValue;
        PieceBuffer buffer = PieceBuffer.Rent();
        int consumed = Encode(tokenizer, text, span, settings, buffer, out normalizedText, out bool complete);
        tokenCount = Math.Min(buffer.Count, max);
        int index = fromEnd
            ? tokenCount == buffer.Count ? 0 : buffer.Pieces[^tokenCount].Start
            : complete ? normalizedText?.Length ?? span.Length : consumed;
        buffer.Return();
        return index;
    }

    // Gives the number of characters whose tokens are all in the buffer.
    private int Encode(
        Tokenizer tokenizer, string? text, ReadOnlySpan<char> span, EncodeSettings settings, PieceBuffer buffer, out string? normalizedText,
        out bool complete)
    {
        Tokenizer.CheckMaxTokenCount(settings.MaxTokenCount);
        complete = true;
        normalizedText = null;
        if (span.IsEmpty)
            return 0;
        ReadOnlySpan<char> words =
            TextSplitter.Normalize(ref text, span, settings.ConsiderNormalization ? tokenizer.Normalizer : null, out normalizedText);
        int shift = 0;
        if (prefixSpace)
        {
            text = string.Concat(" ", words);
            words = text;
            shift = 1;
        }

        if (begin is { } first)
            buffer.Add(new Piece(first, 0, 0));
        int consumed = 0;
        foreach ((int offset, int length) in buffer.Split(text, words, settings.ConsiderPreTokenization ? tokenizer.PreTokenizer : null))
        {
            ReadOnlySpan<Piece> pieces = model.Encode(words.Slice(offset, length));
            int room = settings.MaxTokenCount - buffer.Count;
            if (pieces.Length > room)
            {
                buffer.Add(pieces[..room], offset - shift);
                consumed = room > 0 ? offset + pieces[room].Start : consumed;
                complete = false;
                break;
            }

            buffer.Add(pieces, offset - shift);
            consumed = offset + length;
        }

        if (shift > 0 && buffer.Count > 0)
            buffer.ClampStarts();
        if (end is { } last && complete)
        {
            complete = buffer.Count < settings.MaxTokenCount;
            if (complete)
                buffer.Add(new Piece(last, words.Length - shift, words.Length - shift));
        }

        return Math.Max(0, consumed - shift);
    }
}
