using System.Buffers;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost, and of those that begin at one place the longest.</summary>
internal sealed class AddedTokenFinder
{
    // By first character: its tokens, the longest first.
    private readonly Dictionary<char, (string Content, AddedToken Token)[]> _byFirst;
    private readonly SearchValues<char> _firsts;

    /// <param name="tokens">The tokens, and the form in which each is looked for.</param>
    public AddedTokenFinder(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        _byFirst = tokens.Where(token => token.Content.Length > 0).GroupBy(token => token.Content[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(token => token.Content.Length).ToArray());
        _firsts = SearchValues.Create([.. _byFirst.Keys]);
    }

    public bool IsEmpty => _byFirst.Count == 0;

    /// <summary>The next token from a position on, with the whitespace that it takes; false where there is none.</summary>
    /// <param name="isPlain">Whether no special token begins at a place; null for at none.</param>
    public bool TryFind(ReadOnlySpan<char> text, int from, out AddedToken token, out Span place, Func<int, bool>? isPlain = null)
    {
        int at = from;
        while (at < text.Length && text[at..].IndexOfAny(_firsts) is var distance and >= 0)
        {
            at += distance;
            if (Match(text, at, isPlain) is not var (content, found))
            {
                at++;
                continue;
            }

            int end = at + content.Length;
            if (found.SingleWord && (TouchesWordBefore(text, at) || TouchesWordAfter(text, end)))
            {
                at = end;
                continue;
            }

            int start = at;
            while (found.LeftStrip && start > from && Characters.IsWhitespace(text[start - 1]))
                start--;
            while (found.RightStrip && end < text.Length && Characters.IsWhitespace(text[end]))
                end++;
            (token, place) = (found, new Span(start, end));
            return true;
        }

        (token, place) = (null!, default);
        return false;
    }

    private (string Content, AddedToken Token)? Match(ReadOnlySpan<char> text, int at, Func<int, bool>? isPlain)
    {
        foreach ((string Content, AddedToken Token) candidate in _byFirst[text[at]])
        {
            if (text[at..].StartsWith(candidate.Content) && !(candidate.Token.Special && isPlain?.Invoke(at) == true))
                return candidate;
        }

        return null;
    }

    private static bool TouchesWordBefore(ReadOnlySpan<char> text, int start) =>
        Rune.DecodeLastFromUtf16(text[..start], out Rune rune, out _) == OperationStatus.Done && Characters.IsWordCharacter(rune);

    private static bool TouchesWordAfter(ReadOnlySpan<char> text, int end) =>
        Rune.DecodeFromUtf16(text[end..], out Rune rune, out _) == OperationStatus.Done && Characters.IsWordCharacter(rune);
}
