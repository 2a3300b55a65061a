using System.Globalization;
using System.Text;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// SentencePiece's rules as Hugging Face's tokenizers apply them, which isn't quite as SentencePiece does: to what a reader
/// sees as one character, if it is of less than six bytes and begins with a rule's sequence, else to each of its code points.
/// </summary>
internal sealed class Precompiled : ITextNormalizer
{
    private const int LongestWhole = 5;

    private readonly CharsMap _map;

    // Whether the map leaves an ASCII character as it is; most texts are of such characters only.
    private readonly bool[] _isKept = new bool[128];

    public Precompiled(CharsMap map)
    {
        _map = map;
        for (int c = 0; c < _isKept.Length; c++)
            _isKept[c] = c != '\r' && (_map.Find([(char)c]) is not { } text || text == ((char)c).ToString());
    }

    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (IsKept(text.Chars))
            return false;
        for (int i = 0, length; i < text.Length; i += length)
        {
            ReadOnlySpan<char> rest = text.Chars[i..];
            length = StringInfo.GetNextTextElementLength(rest);
            ReadOnlySpan<char> element = rest[..length];
            if (length <= LongestWhole && Encoding.UTF8.GetByteCount(element) <= LongestWhole && _map.Find(element) is { } whole)
                target.Append(whole, text.StartOf(i), text.EndOf(i + length - 1));
            else
                AppendEach(text, i, i + length, target);
        }

        return true;
    }

    private void AppendEach(AlignedText text, int start, int end, AlignedText target)
    {
        for (int i = start, length; i < end; i += length)
        {
            text.RuneAt(i, out length);
            if (_map.Find(text.Chars.Slice(i, length)) is { } mapped)
                target.Append(mapped, text.StartOf(i), text.EndOf(i));
            else
                target.Append(text, i, i + length);
        }
    }

    private bool IsKept(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (c >= _isKept.Length || !_isKept[c])
                return false;
        }

        return true;
    }
}
