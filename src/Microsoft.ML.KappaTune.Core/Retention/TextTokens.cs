using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>A token of a text, and the bytes of UTF-8 that it stands for, with those before it that no token does.</summary>
internal readonly record struct TextToken(int Id, int Bytes)
{
    /// <param name="end">Where the token before it ends; then, where it does.</param>
    public static TextToken Of(string text, ref int end, TokenSpan token)
    {
        // Several tokens may be of one character.
        int last = Math.Max(end, token.End), bytes = Encoding.UTF8.GetByteCount(text.AsSpan(end, last - end));
        end = last;
        return new(token.Id, bytes);
    }
}

/// <summary>
/// The tokens of a control text as if it were tokenized at once, but read piece by piece, so that any text takes little memory. Pieces
/// overlap: tokens close to a piece's end come from its neighbour, which sees what is around them.
/// </summary>
/// <param name="encode">The tokens of a piece, without special ones, in order.</param>
/// <param name="pieceLength">Characters read at once.</param>
internal sealed class TextTokens(ControlSource source, Func<string, IReadOnlyList<TokenSpan>> encode, int pieceLength = 1 << 14)
{
    /// <summary>Characters that a token may depend on, to either side.</summary>
    private const int Reach = 128;

    /// <summary>Reads the text, each time from its beginning.</summary>
    /// <exception cref="FormatException">It isn't UTF-8.</exception>
    public IEnumerable<TextToken> Read()
    {
        // A byte order mark is no text.
        using var reader = new StreamReader(
            source.Open(), new UTF8Encoding(true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        char[] buffer = new char[pieceLength];
        (string text, int from) = ("", 0);
        for (bool isLast = false; !isLast;)
        {
            int length = ReadPiece(reader, buffer);
            isLast = length < buffer.Length;
            text = string.Concat(text, buffer.AsSpan(0, length));
            int until = isLast ? text.Length : text.Length - Reach, next = from;
            foreach (TokenSpan token in encode(text))
            {
                if (token.Start < from)
                    continue;
                if (token.End > until)
                    break;
                yield return TextToken.Of(text, ref next, token);
            }

            int kept = Math.Max(0, next - Reach);
            if (kept > 0 && char.IsLowSurrogate(text[kept]))
                kept--;
            (text, from) = (text[kept..], next - kept);
        }
    }

    private int ReadPiece(StreamReader reader, char[] buffer)
    {
        try
        {
            return reader.ReadBlock(buffer);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"{source.Name} isn't UTF-8 text.", e);
        }
    }
}
