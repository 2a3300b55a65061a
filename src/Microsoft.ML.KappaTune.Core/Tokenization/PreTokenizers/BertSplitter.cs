using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Splits at whitespace, which goes, and makes each punctuation character a word of its own.</summary>
internal sealed class BertSplitter : ITextSplitter
{
    public void Split(Workspace workspace)
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
