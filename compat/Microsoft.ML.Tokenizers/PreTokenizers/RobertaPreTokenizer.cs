using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers;

/// <summary>Splits a text as RoBERTa and GPT-2 do: a space belongs to the word that follows it.</summary>
public sealed partial class RobertaPreTokenizer : PreTokenizer
{
    private readonly RegexPreTokenizer _splitter = new(Pattern(), specialTokens: null);

    /// <summary>The one that can be shared.</summary>
    public static RobertaPreTokenizer Instance { get; } = new();

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => _splitter.PreTokenize(text);

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => _splitter.PreTokenize(text);

    internal override void Split(string? text, ReadOnlySpan<char> span, List<(int Offset, int Length)> splits) =>
        _splitter.Split(text, span, splits);

    [GeneratedRegex(Scanner.Gpt2Pattern)]
    private static partial Regex Pattern();
}
