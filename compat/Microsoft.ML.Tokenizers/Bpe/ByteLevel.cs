using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// GPT-2's alphabet: every byte is a visible character, itself where it is visible in Latin-1, else one from U+0100 on.
/// </summary>
internal static class ByteLevel
{
    /// <summary>The letter of a space.</summary>
    public const char Space = '\u0120';

    private static readonly char[] s_chars = new char[256];
    private static readonly short[] s_bytes = new short[0x144];

    static ByteLevel()
    {
        Array.Fill(s_bytes, (short)-1);
        char next = '\u0100';
        for (int value = 0; value < 256; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            s_chars[value] = visible ? (char)value : next++;
            s_bytes[s_chars[value]] = (short)value;
        }
    }

    /// <summary>The byte of a character of the alphabet; false for another character.</summary>
    public static bool TryGetByte(char c, out byte value)
    {
        short found = c < s_bytes.Length ? s_bytes[c] : (short)-1;
        value = (byte)found;
        return found >= 0;
    }

    /// <summary>
    /// The UTF-8 bytes of a word in the alphabet. <paramref name="positions"/> has, for each byte and for the end, the index in the
    /// word of the character that it is part of.
    /// </summary>
    public static int Write(ReadOnlySpan<char> word, Span<char> letters, Span<int> positions)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int written = 0, index = 0;
        foreach (Rune rune in word.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(utf8);
            for (int i = 0; i < count; i++)
            {
                positions[written] = index;
                letters[written++] = s_chars[utf8[i]];
            }

            index += rune.Utf16SequenceLength;
        }

        positions[written] = word.Length;
        return written;
    }
}
