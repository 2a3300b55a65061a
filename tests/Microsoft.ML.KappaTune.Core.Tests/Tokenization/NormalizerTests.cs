using System.Text;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Each normalizer by itself, through a model that has a token for every part of the text.</summary>
public class NormalizerTests
{
    [Theory]
    // From Unicode's own report on the forms (UAX #15).
    [InlineData("NFD", "\u1E69", "s\u0323\u0307")]
    [InlineData("NFD", "\u1E0B\u0323", "d\u0323\u0307")]
    [InlineData("NFD", "q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("NFC", "s\u0307\u0323", "\u1E69")]
    [InlineData("NFC", "\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("NFC", "\u212B \u2126", "\u00C5 \u03A9")]
    [InlineData("NFC", "\uFB01 2\u2075", "\uFB01 2\u2075")]
    [InlineData("NFKC", "\uFB01 2\u2075", "fi 25")]
    [InlineData("NFKC", "\u017F\u0323\u0307", "\u1E69")]
    [InlineData("NFKD", "\u1E9B\u0323", "s\u0323\u0307")]
    [InlineData("NFKC", "\uFF21\u2460\u00A0\u3000\u338F", "A1  kg")]
    [InlineData("NFKC", "\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("NFD", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF")]
    [InlineData("NFC", "\u1112\u1161\u11AB\u1100\u1173", "\uD55C\uADF8")]
    [InlineData("NFC", "\u0301a\u0301", "\u0301\u00E1")]
    [InlineData("NFKC", "\U0001D4B3\U0001D7D8", "X0")]
    [InlineData("Lowercase", "ÀÉ ΑΣ İ \U00010400 ǅ", "àé ασ i\u0307 \U00010428 ǆ")]
    [InlineData("StripAccents", "a\u0301\u0903\u20DD\u00E9", "a\u00E9")]
    [InlineData("Nmt", "a\u0001\tb\u200B\uFEFF\u2581", "a b   ")]
    public void A_text_becomes(string type, string text, string expected) =>
        Assert.Equal(expected, Normalize($$"""{"type": "{{type}}"}""", text));

    [Theory]
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": false}""", "\u00A0 a \n", "a \n")]
    [InlineData("""{"type": "Strip", "strip_left": false, "strip_right": true}""", "\u00A0 a \n", "\u00A0 a")]
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": true}""", "  ", "")]
    [InlineData("""{"type": "Prepend", "prepend": "__"}""", "a", "__a")]
    [InlineData("""{"type": "Prepend", "prepend": "__"}""", "", "")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "''"}, "content": "\""}""", "This is a ''test'''", "This is a \"test\"'")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}""", "This     is   a \t test", "This is a test")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u2581"}""", "a   b c", "a\u2581b c")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "\\p{L}"}, "content": "x"}""", "a\U00020000\U0001F600é", "xx\U0001F600x")]
    [InlineData(
        """{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"},"""
            + """ {"type": "Sequence", "normalizers": [{"type": "Lowercase"}]}]}""",
        "Él", "el")]
    [InlineData("""{"type": "Sequence", "normalizers": []}""", "Él", "Él")]
    [InlineData(
        """{"type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": false, "strip_accents": false, "lowercase": false}""",
        "É\t中\u0001", "É\t中\u0001")]
    [InlineData(
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
        "É\t中\u0001\uE000\uE001", "e  中 \uE001")]
    [InlineData(
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
        "a\u00A0b\u2028c\u3000", "a b c ")]
    // The fifth block of ideographs begins late, as in the library that models are made with.
    [InlineData(
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
        "\U0002B820\U0002B920", "\U0002B820 \U0002B920 ")]
    [InlineData(
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": false, "strip_accents": true, "lowercase": false}""",
        "ÉÂ", "EA")]
    public void A_text_becomes_by_settings(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Normalize(normalizer, text));

    [Fact]
    public void Places_stay_with_what_a_character_became()
    {
        var steps = NormalizerReader.Read(
            JsonField.Parse("file", """{"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}"""u8.ToArray()));
        var workspace = new Workspace();
        workspace.Text.Load("\uFB01e\u0301\u0130X");
        new NormalizerSequence(steps).Normalize(workspace);
        Assert.Equal("fi\u00E9i\u0307x", workspace.Text.Chars.ToString());
        (int, int)[] places =
            [.. Enumerable.Range(0, workspace.Text.Length).Select(i => (workspace.Text.StartOf(i), workspace.Text.EndOf(i)))];
        Assert.Equal([(0, 1), (0, 1), (1, 3), (3, 4), (3, 4), (4, 5)], places);
    }

    [Fact]
    public void SentencePieces_rules_go_by_what_readers_see()
    {
        CharsMap map =
            CharsMap.Read(CharsMapBytes.Of(("\uFB01", "fi"), ("e\u0301", "\u00E9"), ("\t", " "), ("\u200D", ""), ("\uFF21", "A")))!;
        var chain = new NormalizerSequence([new PrecompiledNormalizer(map)]);
        Assert.Equal("fi \u00E9x A", chain.Normalize("\uFB01\te\u0301x \uFF21"));
        // Less than six bytes that one reader's character has are replaced as a whole, though the rule is for its beginning only.
        Assert.Equal("fi", chain.Normalize("\uFB01\u0301"));
        // Of more, each code point by itself.
        Assert.Equal("fi\u0301\u0302", chain.Normalize("\uFB01\u0301\u0302"));
        Assert.Equal("plain", chain.Normalize("plain"));
        Assert.Equal("", chain.Normalize(""));
    }

    [Fact]
    public void Rules_that_are_none_are_no_rules()
    {
        byte[] rules = CharsMapBytes.Of(("a", "b"));
        Assert.NotNull(CharsMap.Read(rules));
        for (int length = 0; length < 8; length++)
            Assert.Null(CharsMap.Read(rules.AsSpan(0, length)));
        Assert.Null(CharsMap.Read(rules.AsSpan(0, rules.Length / 2)));
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            byte[] damaged = [.. rules];
            for (int i = 0; i < 20; i++)
                damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
            if (CharsMap.Read(damaged) is { } map)
                new NormalizerSequence([new PrecompiledNormalizer(map)]).Normalize("aaa\u00E9\U0001F600 b");
        }
    }

    private static string Normalize(string normalizer, string text) =>
        new NormalizerSequence(NormalizerReader.Read(JsonField.Parse("file", Encoding.UTF8.GetBytes(normalizer)))).Normalize(text);
}
