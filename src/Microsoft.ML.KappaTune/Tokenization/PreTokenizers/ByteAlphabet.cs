namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// GPT-2's visible character for each byte: printable Latin-1 stands for itself, the 68 others, in order, are the
/// characters from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_chars = new char[256];
    private static readonly short[] s_bytes = new short[256 + 68];

    static ByteAlphabet()
    {
        Array.Fill(s_bytes, (short)-1);
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            s_chars[value] = isVisible ? (char)value : (char)(256 + others++);
            s_bytes[s_chars[value]] = (short)value;
        }
    }

    public static char CharOf(byte value) => s_chars[value];

    public static bool TryGetByte(char c, out byte value)
    {
        int found = c < s_bytes.Length ? s_bytes[c] : -1;
        value = (byte)found;
        return found >= 0;
    }
}
