namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>GPT-2's pre-tokenizer: a space before each part that has none, GPT-2's words, then each byte as a visible character.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool splitWords) : IPreTokenizer
{
    public void PreTokenize(Workspace workspace)
    {
        if (addPrefixSpace)
            AddSpaces(workspace);
        if (splitWords)
            SplitWords(workspace);
        MapBytes(workspace);
    }

    private static void AddSpaces(Workspace workspace)
    {
        AlignedText text = workspace.Text, target = workspace.NextText();
        List<Span> words = workspace.NextWords();
        foreach (Span word in workspace.Words)
        {
            int start = target.Length;
            if (text[word][0] != ' ')
                target.Append(' ', text.StartOf(word.Start), text.EndOf(word.Start));
            target.Append(text, word.Start, word.End);
            words.Add(new Span(start, target.Length));
        }

        workspace.AcceptText();
        workspace.AcceptWords();
    }

    private static void SplitWords(Workspace workspace)
    {
        List<Span> words = workspace.NextWords();
        foreach (Span part in workspace.Words)
        {
            ReadOnlySpan<char> text = workspace.Text[part];
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = Gpt2Words.End(text, start);
                words.Add(new Span(part.Start + start, part.Start + end));
            }
        }

        workspace.AcceptWords();
    }

    private static void MapBytes(Workspace workspace)
    {
        AlignedText text = workspace.Text, target = workspace.NextText();
        List<Span> words = workspace.NextWords();
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Span word in workspace.Words)
        {
            int first = target.Length, length;
            for (int i = word.Start; i < word.End; i += length)
            {
                Rune rune = text.RuneAt(i, out length);
                int count = rune.EncodeToUtf8(utf8);
                for (int b = 0; b < count; b++)
                    target.Append(ByteAlphabet.CharOf(utf8[b]), text.StartOf(i), text.EndOf(i));
            }

            words.Add(new Span(first, target.Length));
        }

        workspace.AcceptText();
        workspace.AcceptWords();
    }
}

/// <summary>
/// The words of GPT-2's regular expression, <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>,
/// found without it, because it runs over every text.
/// </summary>
internal static class Gpt2Words
{
    private enum Kind
    {
        Letter,
        Number,
        Space,
        Other,
    }

    /// <summary>Where the word that begins at a position ends.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is var contraction and > 0)
            return start + 1 + contraction;
        int first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        Kind kind = KindAt(text, first, out _);
        if (kind != Kind.Space)
            return RunEnd(text, first, kind);
        int end = RunEnd(text, start, Kind.Space);
        // The last space of a run goes to the word after it, where there is one.
        return end < text.Length && end - start > 1 ? end - 1 : end;
    }

    private static int RunEnd(ReadOnlySpan<char> text, int start, Kind kind)
    {
        int end = start;
        while (end < text.Length && KindAt(text, end, out int length) == kind)
            end += length;
        return end;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int index, out int length)
    {
        char c = text[index];
        length = 1;
        if (char.IsAscii(c))
        {
            return char.IsAsciiLetter(c) ? Kind.Letter
                : char.IsAsciiDigit(c) ? Kind.Number
                : Characters.IsWhitespace(c) ? Kind.Space
                : Kind.Other;
        }

        Rune.DecodeFromUtf16(text[index..], out Rune rune, out length);
        return Characters.IsLetter(rune) ? Kind.Letter
            : Characters.IsNumber(rune) ? Kind.Number
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }

    private static int Contraction(ReadOnlySpan<char> rest) =>
        rest is ['s' or 't' or 'm' or 'd', ..] ? 1
        : rest is ['r' or 'v', 'e', ..] or ['l', 'l', ..] ? 2
        : 0;
}
