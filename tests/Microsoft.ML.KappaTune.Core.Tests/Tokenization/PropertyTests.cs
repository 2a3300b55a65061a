using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>What holds for every text and every tokenizer.</summary>
public class PropertyTests
{
    private static readonly string[] Bytes = [.. Enumerable.Range(0, 256).Select(value => ByteAlphabet.CharOf((byte)value).ToString())];

    private static readonly HuggingFaceTokenizer ByteLevel = Json.Tokenizer(
        Json.Bpe([.. Bytes, "th", "he", "\u0120t", "\u0120th", "\u00C3\u00A9", "<|end|>"],
            ["t h", "h e", "\u0120 t", "\u0120t h", "\u00C3 \u00A9"]),
        """ "added_tokens": [{"id": 261, "content": "<|end|>", "special": true}],"""
            + """ "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "decoder": {"type": "ByteLevel"} """);

    private static readonly string[] WordPieces =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##a", "##b", "ab", "##ab", "e", "##e", ",", "+", "1", "##1", "中", "😀"];

    private static readonly HuggingFaceTokenizer Bert =
        HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", string.Join('\n', WordPieces))));

    private static readonly HuggingFaceTokenizer Unigram = Json.Tokenizer(
        """{"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["\u2581", -2], ["a", -3], ["\u2581a", -1], ["ab", -2.5],"""
            + """ ["fi", -4]]}""",
        """
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Strip", "strip_left": true, "strip_right": true},
          {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"}
        """);

    private static readonly string[] Parts =
    [
        "a", "b", "ab", "A", "é", "e\u0301", "\u0301", "中", "😀", " ", "  ", "\t", "\r\n", "\u0000", "\u200B", "\uFFFD", "\uFB01", "\u0130",
        ",", "+", "1",
        "[MASK]", "<|end|>", "the", "\u2581", "\uD83D", "\uDE00", "\u1E9B\u0323", "\uD55C", "\uFDFA", "\u00A0",
        "\U0001F468\u200D\U0001F469",
    ];

    private static readonly Arbitrary<string> Texts =
        Gen.Elements(Parts).ListOf().Select(string.Concat).ToArbitrary();

    [Fact]
    public void Every_text_is_encoded_and_places_go_forward_within_it() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Texts, text =>
    {
        foreach (HuggingFaceTokenizer tokenizer in new[] { ByteLevel, Bert, Unigram })
        {
            int start = 0, end = 0;
            var tokens = tokenizer.EncodeToTokens(text, out string? normalized);
            Assert.Null(normalized);
            foreach (var token in tokens)
            {
                Assert.InRange(token.Offset.Start.Value, start, text.Length);
                Assert.InRange(token.Offset.End.Value, Math.Max(end, token.Offset.Start.Value), text.Length);
                (start, end) = (token.Offset.Start.Value, token.Offset.End.Value);
            }

            int[] ids = [.. tokens.Select(token => token.Id)];
            Assert.Equal(ids, tokenizer.EncodeToIds(text));
            Assert.Equal(ids, tokenizer.EncodeToIds(text.AsSpan()));
            Assert.Equal(ids.Length, tokenizer.CountTokens(text));
            int special = tokenizer.SpecialCount(isPair: false);
            EncodedText encoded = tokenizer.Encode(text);
            Assert.Equal(ids.Length + special, encoded.Ids.Length);
            Assert.All(encoded.Ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            EncodedText cut = tokenizer.Encode(text, maxLength: special + ids.Length / 2);
            Assert.Equal((special + ids.Length / 2, ids.Length > 0, encoded.Ids.Length), (cut.Ids.Length, cut.Truncated, cut.TokenCount));
            Assert.NotNull(tokenizer.Decode(encoded.Ids));
        }
    }));

    [Fact]
    public void Byte_level_text_comes_back() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Texts, text =>
    {
        // Half a surrogate pair is no character; it comes back as U+FFFD.
        string valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Assert.Equal(valid, ByteLevel.Decode(ByteLevel.EncodeToIds(text)));
    }));

    [Fact]
    public void BERTs_tokens_are_those_of_the_published_algorithm() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1500), Prop.ForAll(Texts, text =>
    {
        if (text.Contains("[MASK]", StringComparison.Ordinal))
            return;
        Assert.Equal(Published(text), Bert.EncodeToTokens(text, out _).Select(token => token.Value));
    }));

    [Fact]
    public void Part_of_a_text_has_part_of_its_tokens() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Texts, text =>
    {
        int[] ids = [.. ByteLevel.EncodeToIds(text)];
        for (int count = 1; count <= ids.Length; count++)
        {
            Assert.Equal(ids.Take(count), ByteLevel.EncodeToIds(text, count, out _, out int consumed));
            Assert.Equal(consumed, ByteLevel.GetIndexByTokenCount(text, count, out _, out int found));
            Assert.Equal(count, found);
            Assert.InRange(ByteLevel.GetIndexByTokenCountFromEnd(text, count, out _, out found), 0, text.Length);
            Assert.Equal(count, found);
        }
    }));

    [Fact]
    public void A_number_of_tokens_below_one_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Bert.EncodeToIds("a", 0, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bert.GetIndexByTokenCount("a", -1, out _, out _));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        string[] texts = [.. Enumerable.Range(0, 500).Select(
            i => string.Concat(Enumerable.Range(0, i % 40).Select(j => Parts[(i * 7 + j * 3) % Parts.Length])))];
        foreach (HuggingFaceTokenizer tokenizer in new[] { ByteLevel, Bert, Unigram })
        {
            int[][] expected = [.. texts.Select(text => tokenizer.Encode(text, "a b").Ids)];
            Parallel.For(0, 4 * texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
                Assert.Equal(expected[i % texts.Length], tokenizer.Encode(texts[i % texts.Length], "a b").Ids));
        }
    }

    [Fact]
    public void A_long_text_is_encoded()
    {
        string text = string.Concat(Enumerable.Repeat("ab a,é 中 the", 20_000));
        foreach (HuggingFaceTokenizer tokenizer in new[] { ByteLevel, Bert, Unigram })
            Assert.True(tokenizer.CountTokens(text) > 50_000);
        Assert.Equal(100_000, ByteLevel.CountTokens(new string('a', 100_000)));
    }

    /// <summary>BERT's algorithm as it was published, step by step on characters, with the few accents of these texts in a table.</summary>
    private static IEnumerable<string> Published(string text)
    {
        var clean = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is '\t' or '\n' or '\r' || category == UnicodeCategory.SpaceSeparator)
                clean.Append(' ');
            else if (rune.Value is >= 0x4E00 and <= 0x9FFF)
                clean.Append(' ').Append(rune).Append(' ');
            else if (rune.Value is not (0 or 0xFFFD) && category is not (UnicodeCategory.Control or UnicodeCategory.Format))
                clean.Append(rune);
        }

        foreach (string word in clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string plain = word.Replace("é", "e", StringComparison.Ordinal).Replace("\u1E9B\u0323", "\u017F", StringComparison.Ordinal)
                .Replace("\u0130", "i", StringComparison.Ordinal).Replace("\u0301", "", StringComparison.Ordinal).ToLowerInvariant();
            string spaced = string.Concat(plain.EnumerateRunes().Select(
                rune => rune.Value is ',' or '+' or '<' or '>' or '|' or '[' or ']' ? $" {rune} " : rune.ToString()));
            foreach (string piece in spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Greedy))
                yield return piece;
        }
    }

    private static IEnumerable<string> Greedy(string word)
    {
        var pieces = new List<string>();
        for (int start = 0; start < word.Length;)
        {
            string? longest = null;
            for (int end = word.Length; end > start && longest is null; end--)
            {
                string piece = (start > 0 ? "##" : "") + word[start..end];
                longest = WordPieces.Contains(piece) ? piece : null;
            }

            if (longest is null)
                return ["[UNK]"];
            pieces.Add(longest);
            start += longest.Length - (start > 0 ? 2 : 0);
        }

        return pieces;
    }
}
