namespace Microsoft.ML.KappaTune.IO;

/// <summary>Names and messages, from files that anyone may have written, as a terminal can show them.</summary>
internal static class PlainText
{
    /// <summary>Lists names; beyond twelve, it only says how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        const int Maximum = 12;
        string first = string.Join(", ", names.Take(Maximum).Select(name => Shorten(name, 40)));
        return names.Count > Maximum ? $"{first} and {NumberText.Count(names.Count - Maximum)} more" : first;
    }

    /// <summary>At most <paramref name="length"/> characters: both ends of a tensor's name tell more than its middle.</summary>
    public static string Shorten(string name, int length)
    {
        string printable = OneLine(name);
        if (printable.Length <= length)
            return printable;
        int head = (length - 1) / 2;
        return $"{printable[..head]}…{printable[^(length - 1 - head)..]}";
    }

    /// <summary>What an exception says, in one line, without the name of the parameter that .NET puts behind it.</summary>
    public static string MessageOf(Exception exception)
    {
        string parameter = exception is ArgumentException { ParamName: { } name } ? $" (Parameter '{name}')" : "";
        return OneLine(parameter.Length > 0 ? exception.Message.Replace(parameter, "") : exception.Message);
    }

    /// <summary>Without line breaks, and without characters that a terminal would obey.</summary>
    public static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => IsObeyed(c) ? ' ' : c));

    /// <summary>Whether a terminal would obey it: control characters, and those that turn the direction of the text behind them.</summary>
    private static bool IsObeyed(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
