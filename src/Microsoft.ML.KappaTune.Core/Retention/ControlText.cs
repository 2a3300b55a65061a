using System.Buffers;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// Windows of a UTF-8 text, taken evenly over it: of a short text all, of a long one as many as asked for, and no more than those is read.
/// </summary>
internal static class ControlText
{
    /// <summary>Fewer tokens have too little context to guess anything from.</summary>
    public const int MinimumTokens = 8;

    private const int BytesPerToken = 32;

    /// <summary>Reads the windows, in the order of the text.</summary>
    /// <param name="count">Windows at most.</param>
    /// <param name="maxTokens">Tokens of a window at most.</param>
    /// <param name="encode">The tokens that a text begins with, at most as many as are asked for, and the characters they are.</param>
    /// <exception cref="FormatException">It isn't UTF-8, or has no window.</exception>
    public static List<int[]> Read(string path, int count, int maxTokens, Func<string, int, (int[] Ids, int Length)> encode)
    {
        using var places = new TextPlaces(path, maxTokens * BytesPerToken);
        var windows = new List<int[]>();
        for (int i = 0; i < count; i++)
        {
            string text = places.At(i, count, out bool isWithinWord);
            int start = isWithinWord ? text.AsSpan().IndexOfAny(Blanks) + 1 : 0;
            start += text.Length - start - text.AsSpan(start).TrimStart().Length;
            (int[] ids, int length) = WholeWords(text[start..], maxTokens, encode);
            places.Consume(text, start + length);
            if (ids.Length >= MinimumTokens)
                windows.Add(ids);
        }

        return windows.Count > 0 ? windows : throw TooShort(path);
    }

    /// <summary>What to say of a text that has no window.</summary>
    public static FormatException TooShort(string path) => new($"{path} has no text of {MinimumTokens} tokens or more.");

    private static SearchValues<char> Blanks { get; } = SearchValues.Create(" \t\r\n");

    /// <summary>A window that ends within a word leaves it to the next, where words can be told.</summary>
    private static (int[] Ids, int Length) WholeWords(string text, int maxTokens, Func<string, int, (int[] Ids, int Length)> encode)
    {
        (int[] ids, int length) = encode(text, maxTokens);
        if (length == text.Length || char.IsWhiteSpace(text[length]))
            return (ids, length);
        int end = text.AsSpan(0, length).LastIndexOfAny(Blanks);
        return end > 0 ? encode(text[..end], maxTokens) : (ids, length);
    }
}
