using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <content>From ids to text.</content>
public partial class SentencePieceTokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: false);

    /// <summary>The text of ids, with beginning, end, unknown and special tokens where <paramref name="considerSpecialTokens"/>.</summary>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var sink = new CharSink();
        Decode(ids, ref sink, considerSpecialTokens, out _, out _);
        return sink.Finish();
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        Decode(ids, destination, considerSpecialTokens: false, out idsConsumed, out charsWritten);

    /// <summary>
    /// Writes the text of ids to <paramref name="destination"/>, with beginning, end, unknown and special tokens where
    /// <paramref name="considerSpecialTokens"/>. Where it is too small, <paramref name="idsConsumed"/> ids were written whole.
    /// </summary>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var sink = new CharSink(destination);
        return Decode(ids, ref sink, considerSpecialTokens, out idsConsumed, out charsWritten);
    }

    private OperationStatus Decode(IEnumerable<int> ids, ref CharSink sink, bool considerSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = charsWritten = 0;
        int seen = 0;
        bool dropPrefix = AddDummyPrefix && !TreatWhitespaceAsSuffix;
        foreach (int id in ids)
        {
            seen++;
            if (!TryAppend(id, considerSpecialTokens, ref dropPrefix, ref sink))
                return OperationStatus.DestinationTooSmall;
            if (sink.IsComplete)
                (idsConsumed, charsWritten) = (seen, sink.Length);
        }

        if (!sink.TryFlush())
            return OperationStatus.DestinationTooSmall;
        (idsConsumed, charsWritten) = (seen, sink.Length);
        return OperationStatus.Done;
    }

    // The space that was put before the text goes from the first token that isn't special.
    private bool TryAppend(int id, bool considerSpecialTokens, ref bool dropPrefix, ref CharSink sink)
    {
        if (SpecialTokenOf(id) is { } special)
            return !considerSpecialTokens || sink.TryAppend(special);
        bool first = dropPrefix;
        if (_model.TryGetByte(id, out byte value))
        {
            dropPrefix = false;
            return sink.TryAppend(value);
        }

        ReadOnlySpan<char> piece = _model.PieceOf(id);
        if (piece.IsEmpty)
            return true;
        dropPrefix = false;
        char space = EscapeWhiteSpaces ? SentencePieceNormalizer.EscapedSpace : ' ';
        if (first && piece[0] == space)
            piece = piece[1..];
        return sink.TryAppend(piece, space, ' ');
    }

    private string? SpecialTokenOf(int id)
    {
        if (_specialTokens.TryGetValue(id, out string? special))
            return special;
        if (id == BeginningOfSentenceId)
            return BeginningOfSentenceToken;
        if (id == EndOfSentenceId)
            return EndOfSentenceToken;
        return id == UnknownId ? UnknownToken : null;
    }
}
