using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Splits where a character's class changes, and drops the characters of class 0.</summary>
internal sealed class ClassSplitter(Func<Rune, int> classOf) : ITextSplitter
{
    /// <summary>Words are what isn't whitespace.</summary>
    public static ClassSplitter Whitespace { get; } = new(rune => Rune.IsWhiteSpace(rune) ? 0 : 1);

    /// <summary>Words are letters, digits and underscores, or anything else that isn't whitespace.</summary>
    public static ClassSplitter WordsAndOthers { get; } =
        new(rune => Rune.IsWhiteSpace(rune) ? 0 : Characters.IsWordCharacter(rune) ? 1 : 2);

    public void Split(Workspace workspace)
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
