using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Splits a text into the parts that are encoded one by one.</summary>
public abstract partial class PreTokenizer
{
    /// <summary>For derived classes.</summary>
    protected PreTokenizer()
    {
    }

    /// <summary>The parts of a text, in order; what no part covers is not encoded.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(string text);

    /// <summary>The parts of a text, in order; what no part covers is not encoded.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text);

    /// <summary>Parts without white space; special tokens are parts of their own.</summary>
    public static PreTokenizer CreateWhiteSpace(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(NonWhiteSpace(), specialTokens);

    /// <summary>Runs of word characters and runs of others that aren't white space; special tokens are parts of their own.</summary>
    public static PreTokenizer CreateWordOrNonWord(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(WordOrNonWord(), specialTokens);

    /// <summary>Runs of word characters and single punctuation characters; special tokens are parts of their own.</summary>
    public static PreTokenizer CreateWordOrPunctuation(IReadOnlyDictionary<string, int>? specialTokens = null) =>
        new RegexPreTokenizer(WordOrPunctuation(), specialTokens);

    /// <summary>Adds the parts of a text to <paramref name="splits"/>. <paramref name="text"/> is null where only the span is at hand.</summary>
    internal virtual void Split(string? text, ReadOnlySpan<char> span, List<(int Offset, int Length)> splits) =>
        splits.AddRange(text is null ? PreTokenize(span) : PreTokenize(text));

    [GeneratedRegex(Scanner.NonWhiteSpacePattern)]
    private static partial Regex NonWhiteSpace();

    [GeneratedRegex(Scanner.WordOrNonWordPattern)]
    private static partial Regex WordOrNonWord();

    [GeneratedRegex(Scanner.WordOrPunctuationPattern)]
    private static partial Regex WordOrPunctuation();
}
