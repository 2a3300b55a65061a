using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <content>From ids to text.</content>
public partial class WordPieceTokenizer
{
    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, skipSpecialTokens: false);

    /// <summary>The text of ids, without special tokens where <paramref name="skipSpecialTokens"/> says so.</summary>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        // Not ArgumentNullException: the library that this stands in for has this one.
        if (ids is null)
            throw new NullReferenceException();
        var sink = new CharSink();
        Decode(ids, ref sink, skipSpecialTokens, out _, out _);
        return sink.Finish();
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        Decode(ids, destination, skipSpecialTokens: false, out idsConsumed, out charsWritten);

    /// <summary>
    /// Writes the text of ids to <paramref name="destination"/>, without special tokens where
    /// <paramref name="skipSpecialTokens"/> says so. Where that is too small, <paramref name="idsConsumed"/> ids were written whole.
    /// </summary>
    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool skipSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        if (ids is null)
            throw new NullReferenceException();
        var sink = new CharSink(destination);
        return Decode(ids, ref sink, skipSpecialTokens, out idsConsumed, out charsWritten);
    }

    private OperationStatus Decode(IEnumerable<int> ids, ref CharSink sink, bool skipSpecialTokens, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = charsWritten = 0;
        foreach (int id in ids)
        {
            bool skipped = skipSpecialTokens && _specialIds.Contains(id);
            if (!skipped && _tokens.TryGetValue(id, out string? token) && !TryAppend(token, ref sink))
                return OperationStatus.DestinationTooSmall;
            idsConsumed++;
            charsWritten = sink.Length;
        }

        return OperationStatus.Done;
    }

    // Words are parted by spaces, but . , ! ? and ' follow the word before at once.
    private bool TryAppend(string token, ref CharSink sink)
    {
        if (ContinuingSubwordPrefix.Length > 0 && token.StartsWith(ContinuingSubwordPrefix, StringComparison.Ordinal))
            return sink.TryAppend(token.AsSpan(ContinuingSubwordPrefix.Length));
        bool apart = sink.Length > 0 && token is not ['.' or ',' or '!' or '?' or '\'', ..];
        return (!apart || sink.TryAppend(" ")) && sink.TryAppend(token);
    }
}
