using System.Text;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Each pre-tokenizer by itself.</summary>
public class PreTokenizerTests
{
    private const string Gpt4 =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"""
            + """ ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""";

    [Theory]
    // From the documentation of Hugging Face's tokenizers.
    [InlineData(
        """{"type": "Split", "pattern": {"String": "-"}, "behavior": "Removed", "invert": false}""", "the-final--countdown",
        "the|final|countdown")]
    [InlineData(
        """{"type": "Split", "pattern": {"String": "-"}, "behavior": "Isolated", "invert": false}""", "the-final--countdown",
        "the|-|final|-|-|countdown")]
    [InlineData(
        """{"type": "Split", "pattern": {"String": "-"}, "behavior": "MergedWithPrevious", "invert": false}""",
        "the-final--countdown", "the-|final-|-|countdown")]
    [InlineData(
        """{"type": "Split", "pattern": {"String": "-"}, "behavior": "MergedWithNext", "invert": false}""",
        "the-final--countdown", "the|-final|-|-countdown")]
    [InlineData(
        """{"type": "Split", "pattern": {"String": "-"}, "behavior": "Contiguous", "invert": false}""", "the-final--countdown",
        "the|-|final|--|countdown")]
    [InlineData("""{"type": "Split", "pattern": {"Regex": "\\w+|[^\\w\\s]+"}, "behavior": "Removed", "invert": true}""", null, null)]
    [InlineData("""{"type": "Split", "pattern": {"Regex": "[a-z]+"}, "behavior": "Removed", "invert": true}""", "ab, cd!", "ab|cd")]
    [InlineData(
        """{"type": "Split", "pattern": {"Regex": "[a-z]+"}, "behavior": "MergedWithNext", "invert": true}""", "ab, cd!", "ab|, cd|!")]
    [InlineData(
        """{"type": "Split", "pattern": {"Regex": "PATTERN"}, "behavior": "Isolated", "invert": false}""",
        "I'LL  go\n\n 12345 x𝒳𝒴!", "I|'LL| | go|\n\n| |123|45| x𝒳𝒴|!")]
    [InlineData("""{"type": "BertPreTokenizer"}""", "Hey friend!     How are you?!?", "Hey|friend|!|How|are|you|?|!|?")]
    [InlineData("""{"type": "Whitespace"}""", "Hey man! a_b é̂c $€9 ...", "Hey|man|!|a_b|é̂c|$€|9|...")]
    [InlineData("""{"type": "WhitespaceSplit"}""", "\u00A0Hey man!\u2003Good?\t", "Hey|man!|Good?")]
    [InlineData("""{"type": "Punctuation"}""", "Hey, you?!~", "Hey|,| you|?|!|~")]
    [InlineData("""{"type": "Punctuation", "behavior": "Contiguous"}""", "Hey, you?!~", "Hey|,| you|?!~")]
    [InlineData("""{"type": "Digits", "individual_digits": true}""", "Hey 123 friend²!", "Hey |1|2|3| friend|²|!")]
    [InlineData("""{"type": "Digits", "individual_digits": false}""", "Hey 123 friend!", "Hey |123| friend!")]
    [InlineData(
        """{"type": "ByteLevel", "add_prefix_space": false}""", "Hello my friend, how is your day going?",
        "Hello|Ġmy|Ġfriend|,|Ġhow|Ġis|Ġyour|Ġday|Ġgoing|?")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true}""", "Hello there\n\ndear", "ĠHello|Ġthere|Ċ|Ċ|dear")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true}""", " Hi", "ĠHi")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}""", "i⭢j a", "iâŃ¢jĠa")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false}""", "it's we'LL  x 12ab\t", "it|'s|Ġwe|'|LL|Ġ|Ġx|Ġ12|ab|ĉ")]
    [InlineData(
        """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""", "Hey   friend!", "▁Hey|▁|▁|▁friend!")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": true}""", "Hey friend!", "▁Hey|▁friend!")]
    [InlineData(
        """{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false, "str_rep": "▁"}""", "Hey friend! ", "Hey|▁friend!|▁")]
    [InlineData("""{"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": false}""", "Hey you", "_Hey_you")]
    [InlineData(
        """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},"""
            + """ {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]}""",
        "a  b", "▁a|▁b")]
    [InlineData(
        """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"},"""
            + """ {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}""",
        "a  b", "▁a|b")]
    [InlineData(
        """{"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}, {"type": "Digits", "individual_digits": false},"""
            + """ {"type": "ByteLevel", "add_prefix_space": false}]}""",
        "a1,b", "a|1|,|b")]
    public void A_text_is_split(string preTokenizer, string? text, string? expected)
    {
        preTokenizer = preTokenizer.Replace("PATTERN", Gpt4, StringComparison.Ordinal);
        if (text is null)
        {
            // \w has other characters to .NET than to Oniguruma.
            Assert.Contains("\\w", Assert.Throws<CheckpointFormatException>(() => Split(preTokenizer, "")).Message);
            return;
        }

        Assert.Equal(expected, string.Join('|', Split(preTokenizer, text)));
        Assert.Empty(Split(preTokenizer, ""));
    }

    [Theory]
    [InlineData(@"\h")]
    [InlineData(@"\p{Han}")]
    [InlineData(@"\p{Greek}+")]
    [InlineData(@"\p{^L}")]
    [InlineData("[[:alpha:]]")]
    [InlineData("[a&&b]")]
    [InlineData("[]a]")]
    [InlineData("(?m:a)")]
    [InlineData("(?<name>a)")]
    [InlineData("a++")]
    [InlineData("a{,3}")]
    [InlineData("(a")]
    [InlineData("\U0001F600")]
    [InlineData(@"\")]
    public void A_regular_expression_that_means_something_else_is_refused(string pattern)
    {
        Assert.Null(RegexPattern.Read(pattern, out string reason));
        Assert.Contains("understood", reason);
    }

    [Fact]
    public void Gpt2s_words_are_those_of_its_regular_expression()
    {
        RegexPattern pattern = RegexPattern.Read(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", out _)!;
        var random = new Random(3);
        string[] parts =
            ["a", "é", "字", "𝒳", "1", "²", "½", " ", "  ", "\n", "\t", "\u00A0", "'", "s", "re", "ll", "!", "😀", "\u0301", "_"];
        for (int round = 0; round < 5000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 10)).Select(_ => parts[random.Next(parts.Length)]));
            var expected = new List<Span>();
            pattern.Find(text, expected);
            var actual = new List<Span>();
            for (int start = 0; start < text.Length; start = actual[^1].End)
                actual.Add(new Span(start, Gpt2Words.End(text, start)));
            Assert.Equal(expected, actual);
        }
    }

    private static string[] Split(string preTokenizer, string text)
    {
        IReadOnlyList<IPreTokenizer> steps = PreTokenizerReader.Read(JsonField.Parse("file", Encoding.UTF8.GetBytes(preTokenizer)));
        var workspace = new Workspace();
        workspace.Text.Load(text);
        if (text.Length > 0)
            workspace.Words.Add(new Span(0, text.Length));
        foreach (IPreTokenizer step in steps)
            step.PreTokenize(workspace);
        return [.. workspace.Words.Select(word => workspace.Text[word].ToString())];
    }
}
