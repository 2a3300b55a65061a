using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// Windows of a UTF-8 text, taken evenly over it: of a short text all, of a long one as many as asked for, and no more than those is read.
/// </summary>
internal static class ControlText
{
    /// <summary>Fewer tokens have too little context to guess anything from.</summary>
    public const int LeastTokens = 8;

    private const int BytesPerToken = 32;

    /// <summary>Reads the windows, in the order of the text.</summary>
    /// <param name="path">The text.</param>
    /// <param name="count">Windows at most.</param>
    /// <param name="room">Tokens of a window at most.</param>
    /// <param name="encode">The tokens that a text begins with, at most as many as are asked for, and the characters they are.</param>
    /// <exception cref="FormatException">It isn't UTF-8, or has no window.</exception>
    public static List<int[]> Read(string path, int count, int room, Func<string, int, (int[] Ids, int Length)> encode)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[room * BytesPerToken];
        var windows = new List<int[]>();
        long position = 0;
        for (int i = 0; i < count; i++)
        {
            // Where windows are longer than their part of the text, each begins where the one before ends.
            long place = (long)((Int128)file.Length * i / count);
            bool isWithinWord = place > position;
            position = Math.Max(place, position);
            string text = ReadText(file, buffer, ref position);
            if (isWithinWord)
                position += Skip(ref text, text.AsSpan().IndexOfAny(Blanks) + 1);
            position += Skip(ref text, text.Length - text.AsSpan().TrimStart().Length);
            (int[] ids, int length) = WholeWords(text, room, encode);
            position += Encoding.UTF8.GetByteCount(text.AsSpan(0, length));
            if (ids.Length >= LeastTokens)
                windows.Add(ids);
        }

        return windows.Count > 0 ? windows : throw TooShort(path);
    }

    /// <summary>What to say of a text that has no window.</summary>
    public static FormatException TooShort(string path) => new($"{path} has no text of {LeastTokens} tokens or more.");

    private static SearchValues<char> Blanks { get; } = SearchValues.Create(" \t\r\n");

    /// <summary>Characters from the position on; where that is within one, from the next, and the position is moved there.</summary>
    private static string ReadText(FileStream file, byte[] buffer, ref long position)
    {
        file.Position = position;
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        int start = 0;
        while (position > 0 && start < Math.Min(3, length) && (buffer[start] & 0xC0) == 0x80)
            start++;
        position += start;
        char[] text = new char[length];
        OperationStatus status = Utf8.ToUtf16(
            buffer.AsSpan(start, length - start), text, out int read, out int written, replaceInvalidSequences: false,
            isFinalBlock: position + length - start >= file.Length);
        if (status == OperationStatus.InvalidData)
            throw new FormatException($"{file.Name} isn't UTF-8 text: the byte at {position + read} is part of no character.");
        string result = new(text, 0, written);
        // A mark of the encoding that some editors put first.
        if (position == 0)
            position += Skip(ref result, result.StartsWith('\uFEFF') ? 1 : 0);
        return result;
    }

    /// <summary>Takes characters from the text's beginning; returns how many bytes they are.</summary>
    private static int Skip(ref string text, int length)
    {
        int bytes = Encoding.UTF8.GetByteCount(text.AsSpan(0, length));
        text = text[length..];
        return bytes;
    }

    /// <summary>A window that ends within a word leaves it to the next, where words can be told.</summary>
    private static (int[] Ids, int Length) WholeWords(string text, int room, Func<string, int, (int[] Ids, int Length)> encode)
    {
        (int[] ids, int length) = encode(text, room);
        if (length == text.Length || char.IsWhiteSpace(text[length]))
            return (ids, length);
        int end = text.AsSpan(0, length).LastIndexOfAny(Blanks);
        return end > 0 ? encode(text[..end], room) : (ids, length);
    }
}
