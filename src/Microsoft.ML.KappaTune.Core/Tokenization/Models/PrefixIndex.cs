namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// The tokens of a vocabulary in order, in which those with a common beginning lie side by side. Following a text
/// character by character narrows a range of them: as a trie, without its memory.
/// </summary>
internal sealed class PrefixIndex
{
    private readonly string[] _tokens;
    private readonly int[] _ids;

    public PrefixIndex(IEnumerable<KeyValuePair<string, int>> tokens)
    {
        // Of a token that is there twice, the later id counts.
        var unique = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in tokens)
        {
            if (token.Length > 0)
                unique[token] = id;
        }

        _tokens = [.. unique.Keys];
        Array.Sort(_tokens, StringComparer.Ordinal);
        _ids = [.. _tokens.Select(token => unique[token])];
    }

    /// <summary>All tokens.</summary>
    public Range Start => new(0, _tokens.Length, 0);

    /// <summary>Narrows a range to the tokens that go on with a character; false where there is none.</summary>
    public bool TryNext(ref Range range, char next)
    {
        int first = Bound(range, next), end = Bound(new Range(first, range.End, range.Depth), (char)(next + 1), next == char.MaxValue);
        range = new Range(first, end, range.Depth + 1);
        return first < end;
    }

    /// <summary>The id of the token that is the range's common beginning itself, or -1.</summary>
    public int IdOf(Range range) => _tokens[range.First].Length == range.Depth ? _ids[range.First] : -1;

    // The first token of the range whose character at the range's depth is limit or more; a token that ends there is less.
    private int Bound(Range range, char limit, bool unlimited = false)
    {
        (int first, int end) = (range.First, unlimited ? range.First : range.End);
        while (first < end)
        {
            int middle = (first + end) / 2;
            if (_tokens[middle].Length <= range.Depth || _tokens[middle][range.Depth] < limit)
                first = middle + 1;
            else
                end = middle;
        }

        return unlimited ? range.End : first;
    }

    /// <summary>The tokens from the first to before the end, which are alike in as many characters as the depth.</summary>
    public readonly record struct Range(int First, int End, int Depth);
}
