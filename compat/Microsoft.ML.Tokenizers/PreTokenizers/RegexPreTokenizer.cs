using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Splits a text into its special tokens and, between those, the matches of a regular expression.</summary>
public sealed class RegexPreTokenizer : PreTokenizer
{
    private readonly Regex _regex;
    private readonly Scanner? _scanner;
    private readonly SpecialTokenFinder? _specialTokens;

    /// <summary>Splits at <paramref name="specialTokens"/>, where there are any, and by <paramref name="regex"/>.</summary>
    public RegexPreTokenizer(Regex regex, IReadOnlyDictionary<string, int>? specialTokens)
    {
        ArgumentNullException.ThrowIfNull(regex);
        _regex = regex;
        _scanner = Scanner.For(regex);
        _specialTokens = SpecialTokenFinder.For(specialTokens);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) =>
        string.IsNullOrEmpty(text) ? [] : PreTokenize(text.AsSpan());

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var splits = new List<(int, int)>();
        Split(null, text, splits);
        return splits;
    }

    internal override void Split(string? text, ReadOnlySpan<char> span, List<(int Offset, int Length)> splits)
    {
        int start = 0;
        if (_specialTokens is not null)
        {
            while (_specialTokens.TryFind(span, start, out int offset, out int length))
            {
                Match(span, start, offset, splits);
                splits.Add((offset, length));
                start = offset + length;
            }
        }

        Match(span, start, span.Length, splits);
    }

    // What lies between special tokens is matched as if it were a text of its own: lookaheads don't see past its end.
    private void Match(ReadOnlySpan<char> span, int start, int end, List<(int Offset, int Length)> splits)
    {
        ReadOnlySpan<char> part = span[start..end];
        if (_scanner is not null)
        {
            int position = 0;
            while (_scanner.TryNext(part, ref position, out int length))
            {
                splits.Add((start + position, length));
                position += length;
            }

            return;
        }

        foreach (ValueMatch match in _regex.EnumerateMatches(part))
        {
            if (match.Length > 0)
                splits.Add((start + match.Index, match.Length));
        }
    }
}
