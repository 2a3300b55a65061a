using System.Buffers;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// Windows of a control text, in UTF-8: all of a short text, or some that are taken evenly over a long one, of which only these are read.
/// </summary>
internal static class ControlText
{
    /// <summary>Fewer tokens have too little context to guess anything from.</summary>
    public const int MinimumTokens = 8;

    private const int BytesPerToken = 32;

    /// <summary>Reads the windows, in the order of the text.</summary>
    /// <param name="count">Windows at most.</param>
    /// <param name="maxTokens">Tokens of a window at most.</param>
    /// <param name="encode">Gives the first tokens of a text, at most as many as asked for, and how many characters they cover.</param>
    /// <exception cref="FormatException">It isn't UTF-8, or has no window.</exception>
    public static List<ControlSample> Read(
        ControlSource source, int count, int maxTokens, Func<string, int, (int[] Ids, int Length)> encode)
    {
        using var places = new TextPlaces(source, maxTokens * BytesPerToken);
        var windows = new List<ControlSample>();
        for (int i = 0; i < count; i++)
        {
            string text = places.At(i, count, out bool isWithinWord);
            int start = isWithinWord ? text.AsSpan().IndexOfAny(Blanks) + 1 : 0;
            start += text.Length - start - text.AsSpan(start).TrimStart().Length;
            (int[] ids, int length) = WholeWords(text[start..], maxTokens, encode);
            places.Consume(text, start + length);
            if (ids.Length >= MinimumTokens)
                windows.Add(new(text.Substring(start, length), [ids]));
        }

        return windows.Count > 0 ? windows : throw TooShort(source);
    }

    /// <summary>The error for a text that has no window.</summary>
    public static FormatException TooShort(ControlSource source) => new($"{source.Name} has no text of {MinimumTokens} tokens or more.");

    private static SearchValues<char> Blanks { get; } = SearchValues.Create(" \t\r\n");

    /// <summary>Ends a window before the word that it would cut, where the text has blanks.</summary>
    private static (int[] Ids, int Length) WholeWords(string text, int maxTokens, Func<string, int, (int[] Ids, int Length)> encode)
    {
        (int[] ids, int length) = encode(text, maxTokens);
        if (length == text.Length || char.IsWhiteSpace(text[length]))
            return (ids, length);
        int end = text.AsSpan(0, length).LastIndexOfAny(Blanks);
        return end > 0 ? encode(text[..end], maxTokens) : (ids, length);
    }
}
