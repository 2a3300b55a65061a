using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Finds special tokens in a text: the leftmost, and of those that start there the longest.</summary>
internal sealed class SpecialTokenFinder
{
    private readonly SearchValues<char> _firsts;
    private readonly Dictionary<char, string[]> _byFirst;

    private SpecialTokenFinder(IEnumerable<string> tokens)
    {
        _byFirst = tokens.GroupBy(token => token[0]).ToDictionary(
            group => group.Key,
            group => group.OrderByDescending(token => token.Length).ToArray());
        _firsts = SearchValues.Create(_byFirst.Keys.ToArray());
    }

    /// <summary>A finder of the tokens, or null where there are none.</summary>
    public static SpecialTokenFinder? For(IReadOnlyDictionary<string, int>? tokens)
    {
        string[] found = tokens?.Keys.Where(token => token.Length > 0).ToArray() ?? [];
        return found.Length > 0 ? new SpecialTokenFinder(found) : null;
    }

    public bool TryFind(ReadOnlySpan<char> text, int start, out int offset, out int length)
    {
        for (offset = start; offset < text.Length; offset++)
        {
            int next = text[offset..].IndexOfAny(_firsts);
            if (next < 0)
                break;
            offset += next;
            foreach (string token in _byFirst[text[offset]])
            {
                if (text[offset..].StartsWith(token))
                {
                    length = token.Length;
                    return true;
                }
            }
        }

        offset = length = 0;
        return false;
    }
}
