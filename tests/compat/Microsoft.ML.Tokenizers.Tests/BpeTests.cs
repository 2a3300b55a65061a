using System.Buffers;
using static Vocabularies;

public sealed class BpeTests
{
    [Fact]
    public void Joins_the_first_merge_first()
    {
        // "b c" is the second merge: in "abc" the pair "a b" is joined before.
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel("a b", "b c", "Ġ ab"));
        Assert.Equal("ab[0..2] c[2..3] Ġab[3..6] bc[6..8]", tokenizer.EncodeToTokens("abc abbc", out string? normalized).Show());
        Assert.Null(normalized);
    }

    [Fact]
    public void Covers_a_character_with_each_of_its_bytes()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel("Ã ©"));
        Assert.Equal("Ã©[0..1] Ã[1..2] ¼[1..2]", tokenizer.EncodeToTokens("éü", out _).Show());
        Assert.Equal([256], tokenizer.EncodeToIds("éü", 2, out _, out int consumed).Take(1));
        Assert.Equal(1, consumed);
    }

    [Fact]
    public void Decodes_incomplete_characters_as_replacement_characters()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel());
        Assert.Equal("a\ufffd", tokenizer.Decode([0x61, 0xE2, 0x82]));
        Assert.Equal("€", tokenizer.Decode([0xE2, 0x82, 0xAC]));
        Assert.Equal("\ufffdb", tokenizer.Decode([0xE2, 0x62]));
        Assert.Equal("b", tokenizer.Decode([0x62, 9999]));
    }

    [Fact]
    public void Decodes_whole_characters_to_a_span()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel());
        Span<char> one = stackalloc char[1];
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode([0xE2, 0x82, 0xAC, 0x61, 0x62], one, out int used, out int written));
        Assert.Equal((3, 1, "€"), (used, written, one.ToString()));
    }

    [Fact]
    public void Finds_special_tokens_in_the_text()
    {
        BpeOptions options = ByteLevel();
        options.SpecialTokens = new Dictionary<string, int> { ["<|end|>"] = 1000 };
        options.PreTokenizer = PreTokenizer.CreateWhiteSpace(options.SpecialTokens);
        BpeTokenizer tokenizer = BpeTokenizer.Create(options);
        Assert.Equal("a[0..1] <|end|>[1..8] b[8..9]", tokenizer.EncodeToTokens("a<|end|>b", out _).Show());
        int[] ids = [0x61, 1000, 0x62];
        Assert.Equal(ids, tokenizer.EncodeToIds("a<|end|>b"));
        Assert.Equal("a<|end|>b", tokenizer.Decode(ids));
        Assert.Equal("ab", tokenizer.Decode(ids, considerSpecialTokens: false));
    }

    [Fact]
    public void Puts_a_beginning_and_an_end_around_a_text_that_is_not_empty()
    {
        BpeOptions options = Plain(["a", "<s>", "</s>"]);
        options.BeginningOfSentenceToken = "<s>";
        options.EndOfSentenceToken = "</s>";
        BpeTokenizer tokenizer = BpeTokenizer.Create(options);
        Assert.Equal("<s>[0..0] a[0..1] </s>[1..1]", tokenizer.EncodeToTokens("a", out _).Show());
        Assert.Empty(tokenizer.EncodeToIds(""));
    }

    [Fact]
    public void Takes_id_0_for_a_beginning_that_is_no_token()
    {
        BpeOptions options = Plain(["a", "b"]);
        options.BeginningOfSentenceToken = "<s>";
        Assert.Equal([0, 1], BpeTokenizer.Create(options).EncodeToIds("b"));
    }

    [Theory]
    [InlineData(null, false, "a[0..1] b[1..2]")] // what is no token vanishes, and offsets don't count it
    [InlineData("?", false, "a[0..1] ?[1..2] ?[2..3] b[3..4]")]
    [InlineData("?", true, "a[0..1] ?[1..3] b[3..4]")]
    public void Handles_unknown_characters(string? unknown, bool fuse, string expected)
    {
        BpeOptions options = Plain(["a", "b", "?"]);
        options.UnknownToken = unknown;
        options.FuseUnknownTokens = fuse;
        Assert.Equal(expected, BpeTokenizer.Create(options).EncodeToTokens("axyb", out _).Show());
    }

    [Fact]
    public void Marks_continuations_and_ends_of_words()
    {
        BpeOptions options = Plain(["a", "##b", "##b</w>", "a</w>", "ab</w>"], "a ##b</w>");
        options.ContinuingSubwordPrefix = "##";
        options.EndOfWordSuffix = "</w>";
        BpeTokenizer tokenizer = BpeTokenizer.Create(options);
        Assert.Equal("ab</w>[0..2] a</w>[3..4] a[5..6] ##b[6..7] ##b</w>[7..8]", tokenizer.EncodeToTokens("ab a abb", out _).Show());
        Assert.Equal("ab a abb ", tokenizer.Decode(tokenizer.EncodeToIds("ab a abb")));
    }

    [Fact]
    public void Encodes_a_word_of_100_000_characters()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel("a a", "aa aa", "aaaa aaaa"));
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(new string('a', 100_001));
        Assert.Equal(12_501, ids.Count);
        Assert.Equal(0x61, ids[^1]);
        Assert.All(ids.SkipLast(1), id => Assert.Equal(258, id));
    }

    [Fact]
    public void Stops_at_a_number_of_tokens()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Create(ByteLevel("a b"));
        Assert.Equal([256, 0x63], tokenizer.EncodeToIds("abcd ab", 2, out _, out int consumed));
        Assert.Equal(3, consumed);
        Assert.Equal(3, tokenizer.GetIndexByTokenCount("abcd ab", 2, out _, out int count));
        Assert.Equal(2, count);
        Assert.Equal(4, tokenizer.GetIndexByTokenCountFromEnd("abcd ab", 2, out _, out count));
        Assert.Equal(2, count);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.EncodeToIds("a", 0, out _, out _));
    }

    [Theory]
    [InlineData("ab", "Invalid merger file format")]
    [InlineData("a b c", "Invalid merger file format")]
    [InlineData("a c", "Trying to merge a token 'c' which not exist in the vocabulary.")]
    public void Rejects_merges_that_are_none(string merge, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => BpeTokenizer.Create(Plain(["a", "b", "ab"], merge))).Message);

    [Fact]
    public async Task Is_created_from_streams()
    {
        using var vocabulary = new MemoryStream("""{"a": 5, "b": 6, "ab": 7}"""u8.ToArray());
        using var merges = new MemoryStream("#version: 0.2\na b\n"u8.ToArray());
        Assert.Equal([7], BpeTokenizer.Create(vocabulary, merges).EncodeToIds("ab"));
        vocabulary.Position = merges.Position = 0;
        BpeTokenizer tokenizer = await BpeTokenizer.CreateAsync(vocabulary, merges, unknownToken: "b");
        Assert.Equal([7, 6], tokenizer.EncodeToIds("abx"));
        vocabulary.Position = merges.Position = 0;
        CodeGenTokenizer codeGen = CodeGenTokenizer.Create(vocabulary, merges, addPrefixSpace: false, addBeginOfSentence: true);
        Assert.Equal([50256, 7, 50286, 5], codeGen.EncodeToIds("ab  a"));
    }
}
