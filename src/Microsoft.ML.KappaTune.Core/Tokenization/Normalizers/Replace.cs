namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Replaces what a pattern matches with a fixed text.</summary>
internal sealed class Replace(ITextPattern pattern, string content) : ITextNormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        List<Span> matches = [];
        pattern.Find(text.Chars, matches);
        if (matches.Count == 0)
            return false;
        int last = 0;
        foreach (Span match in matches)
        {
            target.Append(text, last, match.Start);
            target.Append(content, text.StartOf(match.Start), text.EndOf(match.End - 1));
            last = match.End;
        }

        target.Append(text, last, text.Length);
        return true;
    }

    /// <summary>The replacement in a text by itself.</summary>
    public string Apply(string text)
    {
        List<Span> matches = [];
        pattern.Find(text, matches);
        for (int i = matches.Count - 1; i >= 0; i--)
            text = string.Concat(text.AsSpan(0, matches[i].Start), content, text.AsSpan(matches[i].End));
        return text;
    }
}
