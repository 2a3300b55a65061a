using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>GPT-2's pre-tokenizer: a space before each part that has none, GPT-2's words, then each byte as a visible character.</summary>
internal sealed class ByteLevelSplitter(bool addPrefixSpace, bool splitWords) : ITextSplitter
{
    public void Split(Workspace workspace)
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
