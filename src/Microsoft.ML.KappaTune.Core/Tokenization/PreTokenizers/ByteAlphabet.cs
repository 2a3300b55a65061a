namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// GPT-2's visible character for each byte: printable Latin-1 stands for itself, the 68 others, in order, are the
/// characters from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = new char[256];
    private static readonly short[] Bytes = new short[256 + 68];

    static ByteAlphabet()
    {
        Array.Fill(Bytes, (short)-1);
        int others = 0;
        for (int value = 0; value < 256; value++)
        {
            bool isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            Chars[value] = isVisible ? (char)value : (char)(256 + others++);
            Bytes[Chars[value]] = (short)value;
        }
    }

    public static char CharOf(byte value) => Chars[value];

    public static bool TryGetByte(char c, out byte value)
    {
        int found = c < Bytes.Length ? Bytes[c] : -1;
        value = (byte)found;
        return found >= 0;
    }
}
