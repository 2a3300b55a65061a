namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What becomes of the delimiters of a split.</summary>
internal enum SplitBehavior
{
    /// <summary>Delimiters are dropped.</summary>
    Removed,

    /// <summary>Each is a word of its own.</summary>
    Isolated,

    /// <summary>Each ends the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the word after it.</summary>
    MergedWithNext,

    /// <summary>Delimiters that touch are one word.</summary>
    Contiguous,
}

/// <summary>Splits at the matches of a pattern or, inverted, at what lies between them.</summary>
internal sealed class SplitPreTokenizer(ITextPattern pattern, SplitBehavior behavior, bool invert = false) : IPreTokenizer
{
    public void PreTokenize(Workspace workspace)
    {
        List<Span> words = workspace.NextWords();
        var matches = new List<Span>();
        var parts = new List<(Span Span, bool IsDelimiter)>();
        foreach (Span word in workspace.Words)
        {
            matches.Clear();
            parts.Clear();
            pattern.Find(workspace.Text[word], matches);
            int last = word.Start;
            foreach (Span match in matches)
            {
                int start = word.Start + match.Start, end = word.Start + match.End;
                if (last < start)
                    parts.Add((new Span(last, start), invert));
                parts.Add((new Span(start, end), !invert));
                last = end;
            }

            if (last < word.End)
                parts.Add((new Span(last, word.End), invert));
            Emit(parts, words);
        }

        workspace.AcceptWords();
    }

    private void Emit(List<(Span Span, bool IsDelimiter)> parts, List<Span> words)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            (Span span, bool isDelimiter) = parts[i];
            switch (behavior)
            {
                case SplitBehavior.Removed when isDelimiter:
                    break;
                // Of delimiters that touch, only the first (or before a word, the last) is merged.
                case SplitBehavior.MergedWithPrevious when isDelimiter && i > 0 && !parts[i - 1].IsDelimiter:
                case SplitBehavior.Contiguous when i > 0 && parts[i - 1].IsDelimiter == isDelimiter:
                case SplitBehavior.MergedWithNext when !isDelimiter && i > 0 && parts[i - 1].IsDelimiter:
                    words[^1] = new Span(words[^1].Start, span.End);
                    break;
                default:
                    words.Add(span);
                    break;
            }
        }
    }
}
