namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>{"String": ...}</c> and <c>{"Regex": ...}</c>.</summary>
internal static class PatternReader
{
    public static ITextPattern Read(JsonField node)
    {
        if (node.Find("String") is { } literal)
        {
            return literal.Text() is { Length: > 0 } text
                ? new LiteralPattern(text)
                : throw literal.Refuse("an empty pattern isn't understood");
        }

        if (node.Find("Regex") is not { } regex)
            throw node.Refuse("it is neither a String nor a Regex");
        return RegexPattern.Read(regex.Text(), out string reason) ?? throw regex.Refuse(reason);
    }
}
