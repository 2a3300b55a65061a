using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using static Vocabularies;

public sealed class PropertyTests
{
    private static readonly BpeTokenizer s_byteLevel = BpeTokenizer.Create(ByteLevel("Ã ©", "a b", "Ġ a", "ab a", "Ġa b", "â Ĥ"));

    private static readonly Dictionary<string, Tokenizer> s_tokenizers = new()
    {
        ["byte-level"] = s_byteLevel,
        ["characters"] = BpeTokenizer.Create(Plain(["a", "b", "é", "ab"], "a b")),
        ["BERT"] = Bert(null, "a", "b", "##b", "##a", "é", "ab", "."),
        ["SentencePiece BPE"] = SentencePieceTokenizer.Create(new SentencePieceBytes { ByteFallback = true }.AddControls().AddBytes().Add("▁a", -1).Add("▁", -2).Add("a", -3).Add("b", -4).Add("ab", -5).ToStream()),
        ["SentencePiece unigram"] = SentencePieceTokenizer.Create(new SentencePieceBytes { Unigram = true }.AddControls().Add("▁a", -1).Add("▁", -2).Add("a", -3).Add("b", -4).Add("ab", -5).ToStream()),
    };

    // Letters that are tokens, and what is special somewhere.
    private static readonly string[] s_parts =
    [
        "a", "b", "ab", "é", "e\u0301", "€", "🙂", "\U0002070E", "日", "한", " ", "  ", "\t", "\n", "\r", "\u00a0", "\u3000", "\u2581", "Ġ", ".", "'", "'s", "'ll", "_", "1",
        "½", "+", "\0", "\u200b", "\u200d", "\ufffd", "\u0301", "[MASK]", "##", "<unk>", "A", "İ", "ß", "²",
    ];

    private static Arbitrary<string> Texts => Gen.Elements(s_parts).ListOf().Select(string.Concat).ToArbitrary();

    public static TheoryData<string> Tokenizers => [.. s_tokenizers.Keys];

    [Fact]
    public void Byte_level_encoding_round_trips() =>
        Check(Texts, text => s_byteLevel.Decode(s_byteLevel.EncodeToIds(text)) == text);

    [Fact]
    public void Byte_level_encoding_round_trips_any_valid_string() =>
        Check(ArbMap.Default.GeneratorFor<string>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))).ToArbitrary(),
            text => s_byteLevel.Decode(s_byteLevel.EncodeToIds(text)) == text);

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void Offsets_are_in_range_and_do_not_go_back(string name) => Check(Texts, text =>
    {
        IReadOnlyList<EncodedToken> tokens = s_tokenizers[name].EncodeToTokens(text, out string? normalized);
        int length = (normalized ?? text).Length, last = 0;
        foreach (EncodedToken token in tokens)
        {
            int start = token.Offset.Start.Value, end = token.Offset.End.Value;
            if (start < last || end < start || end > length)
                return false;
            last = start;
        }

        return true;
    });

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void Ids_tokens_and_counts_agree(string name) => Check(Texts, text =>
    {
        Tokenizer tokenizer = s_tokenizers[name];
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(text);
        return ids.SequenceEqual(tokenizer.EncodeToTokens(text, out _).Select(token => token.Id))
            && ids.SequenceEqual(tokenizer.EncodeToIds(text.AsSpan()))
            && ids.Count == tokenizer.CountTokens(text);
    });

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void A_limited_encoding_is_a_prefix(string name) => Check(Texts, text =>
    {
        Tokenizer tokenizer = s_tokenizers[name];
        IReadOnlyList<int> all = tokenizer.EncodeToIds(text);
        int previous = 0;
        for (int max = 1; max <= all.Count + 1; max++)
        {
            IReadOnlyList<int> some = tokenizer.EncodeToIds(text, max, out string? normalized, out int consumed);
            if (!some.SequenceEqual(all.Take(some.Count)) || consumed < previous || consumed > (normalized ?? text).Length)
                return false;
            previous = consumed;
        }

        return true;
    });

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public void Decoding_to_a_span_writes_what_decoding_to_a_string_gives(string name) => Check(Texts, text =>
    {
        Tokenizer tokenizer = s_tokenizers[name];
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(text);
        string whole = tokenizer.Decode(ids)!;
        for (int room = 0; room <= whole.Length; room++)
        {
            char[] destination = new char[room];
            bool done = tokenizer.Decode(ids, destination, out int used, out int written) == System.Buffers.OperationStatus.Done;
            if (done != (room == whole.Length) || !whole.StartsWith(new string(destination, 0, written), StringComparison.Ordinal) || (done && used != ids.Count))
                return false;
        }

        return true;
    });

    public static TheoryData<string> Patterns =>
    [
        @"\S+", @"\w+|[^\w\s]+", @"\w+|[\p{P}]",
        @"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
        @"[ab]+|\s",
    ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Splitting_is_what_the_pattern_says(string pattern)
    {
        var regex = new Regex(pattern);
        var splitter = new RegexPreTokenizer(regex, null);
        Check(Texts, text => splitter.PreTokenize(text).SequenceEqual(regex.Matches(text).Select(match => (match.Index, match.Length))));
    }

    [Fact]
    public void Every_character_is_split_as_the_pattern_says()
    {
        foreach (string pattern in Patterns.Select(row => (string)row.Data))
        {
            var regex = new Regex(pattern);
            var splitter = new RegexPreTokenizer(regex, null);
            for (int first = 0; first <= char.MaxValue; first += 64)
            {
                string text = string.Concat(Enumerable.Range(first, 64).Select(c => $"a{(char)c} {(char)c}"));
                Assert.True(splitter.PreTokenize(text).SequenceEqual(regex.Matches(text).Select(match => (match.Index, match.Length))), $"U+{first:X4} and 63 more, {pattern}");
            }
        }
    }

    private static void Check(Arbitrary<string> texts, Func<string, bool> property) =>
        Prop.ForAll(texts, property).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));
}
