namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>SentencePiece's "nmt" rules: most controls go, what else stands for a space becomes one.</summary>
internal sealed class NmtCleaner : ITextNormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (text.Chars.IndexOfAnyExceptInRange(' ', '~') < 0)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text.Chars[i];
            if (c is (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F')
                continue;
            if (c is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F')
                or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD')
            {
                target.Append(' ', text.StartOf(i), text.EndOf(i));
            }
            else
            {
                target.Append(text, i, i + 1);
            }
        }

        return true;
    }
}
