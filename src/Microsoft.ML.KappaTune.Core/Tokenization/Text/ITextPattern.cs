namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What a split or a replacement looks for.</summary>
internal interface ITextPattern
{
    /// <summary>Adds the matches in a text, from left to right, without overlap and none empty.</summary>
    void Find(ReadOnlySpan<char> text, List<Span> matches);
}

/// <summary>A fixed string.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    public void Find(ReadOnlySpan<char> text, List<Span> matches)
    {
        int from = 0;
        while (text[from..].IndexOf(literal, StringComparison.Ordinal) is var found and >= 0)
        {
            matches.Add(new Span(from + found, from + found + literal.Length));
            from += found + literal.Length;
        }
    }
}

/// <summary>Each single character for which a condition holds.</summary>
internal sealed class RunePattern(Func<System.Text.Rune, bool> condition) : ITextPattern
{
    public void Find(ReadOnlySpan<char> text, List<Span> matches)
    {
        int length;
        for (int i = 0; i < text.Length; i += length)
        {
            System.Text.Rune.DecodeFromUtf16(text[i..], out System.Text.Rune rune, out length);
            if (condition(rune))
                matches.Add(new Span(i, i + length));
        }
    }
}
