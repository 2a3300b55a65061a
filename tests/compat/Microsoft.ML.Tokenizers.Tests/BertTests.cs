using System.Buffers;
using static Vocabularies;

public sealed class BertTests
{
    private static readonly string[] s_tokens = ["c", "+", "a", "b", "_", "##b", "cafe", "café", "un", "##able", "[mask]", "tab", "##s", "日", ".", "'"];

    private static int Id(string token) => 5 + Array.IndexOf(s_tokens, token);

    [Theory]
    [InlineData("C++", new[] { "c" })] // + is a symbol, not punctuation, and vanishes
    [InlineData("unable", new[] { "un", "##able" })]
    [InlineData("tab\ts", new[] { "tab", "##s" })] // a control character vanishes, and the words join
    [InlineData("日日", new[] { "日", "日" })]
    [InlineData("a.b", new[] { "a", ".", "b" })]
    [InlineData("a🙂b", new[] { "a", "b" })]
    [InlineData("CAFE\u0301", new[] { "café" })] // accents stay, composed
    public void Finds_tokens(string text, string[] tokens) =>
        Assert.Equal(tokens.Select(Id), Bert(null, s_tokens).EncodeToIds(text, addSpecialTokens: false));

    [Theory]
    [InlineData("a_b")] // _ is a word character
    [InlineData("unabled")] // all or nothing
    public void Gives_one_unknown_token_for_a_word(string text) =>
        Assert.Equal([1], Bert(null, s_tokens).EncodeToIds(text, addSpecialTokens: false));

    [Fact]
    public void Drops_accents_where_asked() =>
        Assert.Equal([2, Id("cafe"), 3], Bert(new BertOptions { RemoveNonSpacingMarks = true }, s_tokens).EncodeToIds("Café"));

    [Theory]
    [InlineData("a\u0315\u0300", "à\u0315")] // marks are put in order before they compose
    [InlineData("\u1112\u1161\u11ab", "한")]
    [InlineData("e\u0301\u0302", "é\u0302")]
    [InlineData("\u212b", "å")] // the ångström sign becomes the letter
    [InlineData("\u0344", "\u0308\u0301")] // never composed
    public void Normalizes_to_composed_form(string text, string normalized) =>
        Assert.Equal(normalized, Bert(null, s_tokens).Normalizer!.Normalize(text));

    [Fact]
    public void Lower_cases_special_tokens_with_the_text()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        Assert.Equal("[MASK][0..6] a[7..8] [MASK][9..15]", tokenizer.EncodeToTokens("[mask] a [MASK]", out string? normalized).Show());
        Assert.Equal("[mask] a [mask]", normalized);
    }

    [Fact]
    public void Has_no_special_tokens_through_the_base_class()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        Assert.Equal([2, Id("a"), 3], tokenizer.EncodeToIds("a"));
        Assert.Equal([Id("a")], ((Tokenizer)tokenizer).EncodeToIds("a"));
        Assert.Equal(1, tokenizer.CountTokens("a"));
    }

    [Fact]
    public void Limits_tokens_to_whole_words()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        Assert.Equal([Id("a")], tokenizer.EncodeToIds("a unable", 2, addSpecialTokens: false, out _, out int consumed));
        Assert.Equal(1, consumed);
        Assert.Empty(tokenizer.EncodeToIds("a", 1, out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.EncodeToIds("a", 2, out _, out _));
        Assert.Equal([2, Id("a"), 3], tokenizer.EncodeToIds("a unable", 3, out _, out _));
    }

    [Fact]
    public void Finds_the_index_of_a_number_of_tokens()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        Assert.Equal(2, tokenizer.GetIndexByTokenCount("a unable b", 2, out _, out int count));
        Assert.Equal(1, count);
        Assert.Equal(8, tokenizer.GetIndexByTokenCountFromEnd("a unable b", 2, out _, out count));
        Assert.Equal(1, count);
        Assert.Equal(10, tokenizer.GetIndexByTokenCount("a unable b", 9, out _, out count));
        Assert.Equal(4, count);
    }

    [Fact]
    public void Decodes_to_words()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("unable a's.");
        Assert.Equal("[CLS] unable a' [UNK]. [SEP]", tokenizer.Decode(ids));
        Assert.Equal("unable a'.", tokenizer.Decode(ids, skipSpecialTokens: true));
        Span<char> five = stackalloc char[5];
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode(ids, five, out int used, out int written));
        Assert.Equal((1, 5), (used, written));
        Assert.Equal("[CLS]", five.ToString());
    }

    [Fact]
    public void Frames_two_sequences()
    {
        BertTokenizer tokenizer = Bert(null, s_tokens);
        Assert.Equal([2, 7, 3, 8, 9, 3], tokenizer.BuildInputsWithSpecialTokens([7], [8, 9]));
        Assert.Equal([0, 0, 0, 1, 1, 1], tokenizer.CreateTokenTypeIdsFromSequences([7], [8, 9]));
        Assert.Equal([1, 0, 1, 0, 0, 1], tokenizer.GetSpecialTokensMask([7], [8, 9]));
        int[] five = new int[5];
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.BuildInputsWithSpecialTokens([7], five, out int written, [8, 9]));
        Assert.Equal(0, written);
    }

    [Fact]
    public void Rejects_a_vocabulary_without_special_tokens() =>
        Assert.Equal("The special token '[UNK]' is not in the vocabulary.", Assert.Throws<ArgumentException>(() => BertTokenizer.Create(Lines("a"))).Message);

    [Fact]
    public async Task Is_created_asynchronously()
    {
        using Stream vocabulary = Lines("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a");
        BertTokenizer tokenizer = await BertTokenizer.CreateAsync(vocabulary, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([2, 5, 3], tokenizer.EncodeToIds("a"));
        await Assert.ThrowsAsync<ArgumentNullException>(() => BertTokenizer.CreateAsync((string)null!, cancellationToken: TestContext.Current.CancellationToken));
    }
}
