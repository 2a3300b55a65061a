using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>When a part of the text gets a leading metaspace.</summary>
internal enum PrependScheme
{
    /// <summary>Every part.</summary>
    Always,

    /// <summary>Only the part at the beginning of the text.</summary>
    First,

    /// <summary>None.</summary>
    Never,
}

/// <summary>SentencePiece's spaces: each space becomes a visible character, which begins a word.</summary>
internal sealed class MetaspaceSplitter(char replacement, PrependScheme scheme, bool split) : ITextSplitter
{
    public void Split(Workspace workspace)
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
