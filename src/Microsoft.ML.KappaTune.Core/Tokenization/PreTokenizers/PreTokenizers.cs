namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>One step that splits a text into words; it may change them too.</summary>
internal interface IPreTokenizer
{
    /// <summary>Splits each of the workspace's words, of which none is empty before and after.</summary>
    void PreTokenize(Workspace workspace);
}

/// <summary>Splits at whitespace, which goes, and makes each punctuation character a word of its own.</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public void PreTokenize(Workspace workspace)
    {
        List<Span> words = workspace.NextWords();
        AlignedText text = workspace.Text;
        foreach (Span word in workspace.Words)
        {
            int start = word.Start, length;
            for (int i = word.Start; i < word.End; i += length)
            {
                Rune rune = text.RuneAt(i, out length);
                bool isSpace = Rune.IsWhiteSpace(rune);
                if (!isSpace && !Characters.IsPunctuation(rune))
                    continue;
                if (start < i)
                    words.Add(new Span(start, i));
                if (!isSpace)
                    words.Add(new Span(i, i + length));
                start = i + length;
            }

            if (start < word.End)
                words.Add(new Span(start, word.End));
        }

        workspace.AcceptWords();
    }
}

/// <summary>Splits where a character's class changes, and drops the characters of class 0.</summary>
internal sealed class CharacterClassPreTokenizer(Func<Rune, int> classOf) : IPreTokenizer
{
    /// <summary>Words are what isn't whitespace.</summary>
    public static CharacterClassPreTokenizer Whitespace { get; } = new(rune => Rune.IsWhiteSpace(rune) ? 0 : 1);

    /// <summary>Words are letters, digits and underscores, or anything else that isn't whitespace.</summary>
    public static CharacterClassPreTokenizer WordsAndOthers { get; } =
        new(rune => Rune.IsWhiteSpace(rune) ? 0 : Characters.IsWordCharacter(rune) ? 1 : 2);

    public void PreTokenize(Workspace workspace)
    {
        List<Span> words = workspace.NextWords();
        AlignedText text = workspace.Text;
        foreach (Span word in workspace.Words)
        {
            int start = word.Start, current = 0, length;
            for (int i = word.Start; i < word.End; i += length)
            {
                int next = classOf(text.RuneAt(i, out length));
                if (next == current)
                    continue;
                if (current != 0)
                    words.Add(new Span(start, i));
                (start, current) = (i, next);
            }

            if (current != 0)
                words.Add(new Span(start, word.End));
        }

        workspace.AcceptWords();
    }
}

/// <summary>When a part of the text gets a leading metaspace.</summary>
internal enum PrependScheme
{
    Always,

    /// <summary>Only the part at the beginning of the text.</summary>
    First,

    Never,
}

/// <summary>SentencePiece's spaces: each space becomes a visible character, which begins a word.</summary>
internal sealed class MetaspacePreTokenizer(char replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    public void PreTokenize(Workspace workspace)
    {
        AlignedText text = workspace.Text, target = workspace.NextText();
        List<Span> words = workspace.NextWords();
        foreach (Span word in workspace.Words)
        {
            int start = target.Length;
            char first = text[word][0];
            if (first != ' ' && first != replacement
                && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && text.StartOf(word.Start) == 0)))
            {
                target.Append(replacement, text.StartOf(word.Start), text.EndOf(word.Start));
            }

            for (int i = word.Start; i < word.End; i++)
            {
                char c = text.Chars[i] == ' ' ? replacement : text.Chars[i];
                if (split && c == replacement && target.Length > start)
                {
                    words.Add(new Span(start, target.Length));
                    start = target.Length;
                }

                target.Append(c, text.StartOf(i), text.EndOf(i));
            }

            words.Add(new Span(start, target.Length));
        }

        workspace.AcceptText();
        workspace.AcceptWords();
    }
}
