using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>From ids to text.</summary>
internal sealed class BpeDecoder
{
    private readonly Dictionary<int, string> _tokens = [];
    private readonly HashSet<int> _specialIds;
    private readonly HashSet<int> _skippable;
    private readonly bool _byteLevel;
    private readonly string _prefix;
    private readonly string _suffix;

    public BpeDecoder(
        IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<string, int>? specialTokens, bool byteLevel, string? prefix, string? suffix,
        int?[] skippable)
    {
        foreach ((string token, int id) in vocabulary)
            _tokens[id] = token;
        foreach ((string token, int id) in specialTokens ?? new Dictionary<string, int>())
            _tokens[id] = token;
        _specialIds = [.. specialTokens?.Values ?? []];
        _skippable = [.. _specialIds, .. skippable.OfType<int>()];
        _byteLevel = byteLevel;
        _prefix = prefix ?? "";
        _suffix = suffix ?? "";
    }

    public string TokenOf(int id) => _tokens[id];

    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens, bool dropPrefixSpace = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var sink = new CharSink();
        Decode(ids, ref sink, considerSpecialTokens, dropPrefixSpace, out _, out _);
        return sink.Finish();
    }

    public OperationStatus Decode(
        IEnumerable<int> ids, Span<char> destination, bool considerSpecialTokens, out int idsConsumed, out int charsWritten,
        bool dropPrefixSpace = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var sink = new CharSink(destination);
        return Decode(ids, ref sink, considerSpecialTokens, dropPrefixSpace, out idsConsumed, out charsWritten);
    }

    // Ids count as consumed up to the last one that ends a character.
    private OperationStatus Decode(
        IEnumerable<int> ids, ref CharSink sink, bool considerSpecialTokens, bool dropPrefixSpace, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = charsWritten = 0;
        int seen = 0;
        foreach (int id in ids)
        {
            seen++;
            bool skipped = !considerSpecialTokens && _skippable.Contains(id);
            if (!skipped && _tokens.TryGetValue(id, out string? token) && !TryAppend(id, token, ref dropPrefixSpace, ref sink))
                return OperationStatus.DestinationTooSmall;
            if (sink.IsComplete)
                (idsConsumed, charsWritten) = (seen, sink.Length);
        }

        if (!sink.TryFlush())
            return OperationStatus.DestinationTooSmall;
        (idsConsumed, charsWritten) = (seen, sink.Length);
        return OperationStatus.Done;
    }

    private bool TryAppend(int id, string token, ref bool dropPrefixSpace, ref CharSink sink)
    {
        if (_specialIds.Contains(id))
            return sink.TryAppend(token);
        ReadOnlySpan<char> text = token;
        if (dropPrefixSpace && text.Length > 0 && text[0] == ByteLevel.Space)
            text = text[1..];
        dropPrefixSpace = false;
        if (_prefix.Length > 0 && text.StartsWith(_prefix))
            text = text[_prefix.Length..];
        bool endsWord = _suffix.Length > 0 && text.EndsWith(_suffix);
        if (endsWord)
            text = text[..^_suffix.Length];
        if (!_byteLevel)
            return sink.TryAppend(text) && (!endsWord || sink.TryAppend(" "));
        foreach (char c in text)
        {
            if (!(ByteLevel.TryGetByte(c, out byte value) ? sink.TryAppend(value) : sink.TryAppend([c])))
                return false;
        }

        return !endsWord || sink.TryAppend(" ");
    }
}
