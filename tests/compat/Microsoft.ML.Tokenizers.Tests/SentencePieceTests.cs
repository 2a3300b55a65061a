using static Vocabularies;

public sealed class SentencePieceTests
{
    private static SentencePieceBytes Bpe(bool bytes = false, bool removeExtra = false)
    {
        var file = new SentencePieceBytes { ByteFallback = bytes, RemoveExtraWhitespaces = removeExtra }.AddControls();
        if (bytes)
            file.AddBytes();
        return file.Add("▁a", -1).Add("bc", -2).Add("ab", -3).Add("▁ab", -4).Add("▁", -10).Add("a", -11).Add("b", -12).Add("c", -13);
    }

    private static SentencePieceBytes Unigram(bool removeExtra = false) =>
        new SentencePieceBytes { Unigram = true, RemoveExtraWhitespaces = removeExtra }.AddControls()
            .Add("▁", -2).Add("▁a", -3).Add("ab", -1.5f).Add("bc", -1).Add("a", -4).Add("b", -4).Add("c", -4).Add("abc", -6);

    [Fact]
    public void Joins_the_pair_of_the_highest_score()
    {
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(Bpe().ToStream());
        Assert.Equal("<s>[0..0] ▁a[0..2] bc[2..4] ▁ab[4..7]", tokenizer.EncodeToTokens("abc ab", out string? normalized).Show());
        Assert.Equal("▁abc▁ab", normalized);
        Assert.Equal("abc ab", tokenizer.Decode(tokenizer.EncodeToIds("abc ab")));
    }

    [Fact]
    public void Finds_the_path_of_the_highest_score()
    {
        // ▁ ab c is -7.5, ▁a bc -4, ▁ abc -8.
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(Unigram().ToStream(), addBeginningOfSentence: false);
        Assert.Equal("▁a[0..2] bc[2..4]", tokenizer.EncodeToTokens("abc", out _).Show());
        Assert.Equal("▁[0..1] ab[1..3]", tokenizer.EncodeToTokens("ab", out _).Show());
        Assert.Equal("▁a[0..2] é[2..3] bc[3..5]", tokenizer.EncodeToTokens("aébc", out _).Show());
    }

    [Fact]
    public void Falls_back_to_bytes()
    {
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(Bpe(bytes: true).ToStream(), addEndOfSentence: true);
        Assert.Equal("<s>[0..0] ▁a[0..2] <0xC3>[2..3] <0xA9>[2..2] b[3..4] </s>[4..4]", tokenizer.EncodeToTokens("aéb", out _).Show());
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("aéb");
        Assert.Equal("aéb", tokenizer.Decode(ids));
        Assert.Equal("<s>aéb</s>", tokenizer.Decode(ids, considerSpecialTokens: true));
        // Half a character is left out.
        Assert.Equal(ids.Take(2), tokenizer.EncodeToIds("aéb", 3, out _, out int consumed).Take(2));
        Assert.Equal(2, consumed);
    }

    [Fact]
    public void Gives_one_unknown_token_a_character()
    {
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(Bpe().ToStream(), addBeginningOfSentence: false);
        Assert.Equal("▁a[0..2] <unk>[2..3] <unk>[3..5]", tokenizer.EncodeToTokens("aé🙂", out _).Show());
        Assert.Equal("a", tokenizer.Decode([3, 0, 0]));
    }

    [Fact]
    public void Has_a_beginning_for_an_empty_normalized_text_of_a_unigram_model_only()
    {
        Assert.Equal([1], SentencePieceTokenizer.Create(Unigram(removeExtra: true).ToStream()).EncodeToIds("  "));
        Assert.Empty(SentencePieceTokenizer.Create(Bpe(removeExtra: true).ToStream()).EncodeToIds("  "));
        Assert.Empty(SentencePieceTokenizer.Create(Unigram().ToStream()).EncodeToIds(""));
    }

    [Fact]
    public void Finds_special_tokens_in_the_text()
    {
        var special = new Dictionary<string, int> { ["<|a|>"] = 500 };
        LlamaTokenizer tokenizer = LlamaTokenizer.Create(Bpe().ToStream(), specialTokens: special);
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("ab<|a|>ab");
        Assert.Equal([1, 6, 500, 5], ids);
        Assert.Equal("abab", tokenizer.Decode(ids));
        Assert.Equal("<s>ab<|a|>ab", tokenizer.Decode(ids, considerSpecialTokens: true));
    }

    [Theory]
    [InlineData(false, "▁▁a▁▁b▁")]
    [InlineData(true, "▁a▁b")]
    public void Normalizes_white_space(bool removeExtra, string normalized) =>
        Assert.Equal(normalized, new SentencePieceNormalizer(removeExtra, true, true, false, null).Normalize(" a  b "));

    [Fact]
    public void Follows_the_models_normalization_rules()
    {
        (string, string)[] rules = [("Ａ", "a"), ("e\u0301", "é"), ("\u3000", " "), ("\u0007", ""), ("ﬁ", "fi")];
        var model = new SentencePieceBytes { Unigram = true, RemoveExtraWhitespaces = true, Rules = rules }.AddControls().Add("▁a", -1).ToStream();
        var special = new Dictionary<string, int> { ["<ﬁ>"] = 9 };
        Normalizer normalizer = SentencePieceTokenizer.Create(model, specialTokens: special).Normalizer!;
        Assert.Equal("▁a▁é▁fi▁e日🙂", normalizer.Normalize("\u3000\u0007Ａ \u3000e\u0301 ﬁ e日🙂\u3000"));
        Assert.Equal("▁fi<ﬁ>fi", normalizer.Normalize("ﬁ<ﬁ>ﬁ"));
    }

    [Fact]
    public void Refuses_a_unigram_model_for_Llama() => Assert.Throws<ArgumentException>(() => LlamaTokenizer.Create(Unigram().ToStream()));

    [Fact]
    public void Encodes_a_word_of_100_000_characters()
    {
        string text = new('c', 100_000);
        Assert.Equal(100_001, SentencePieceTokenizer.Create(Bpe().ToStream()).CountTokens(text, false, false));
        Assert.Equal(100_001, SentencePieceTokenizer.Create(Unigram().ToStream()).CountTokens(text, false, false));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Survives_or_refuses_a_damaged_model(bool unigram)
    {
        byte[] model = new SentencePieceBytes { Unigram = unigram, ByteFallback = true }.AddControls()
            .Add("<0xC3>", 0, SentencePieceBytes.Byte).Add("▁a", -1).Add("b", -2).ToArray();
        for (int at = 0; at < model.Length; at++)
        {
            Try(model[..at]);
            foreach (byte flip in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. model];
                damaged[at] ^= flip;
                Try(damaged);
            }
        }
    }

    [Fact]
    public void Survives_or_refuses_damaged_normalization_rules()
    {
        byte[] model = new SentencePieceBytes { Unigram = true, Rules = [("b", "a")] }.AddControls().Add("▁a", -1).ToArray();
        for (int at = 0; at < model.Length; at++)
        {
            byte[] damaged = [.. model];
            damaged[at] ^= 0xFF;
            Try(damaged);
        }
    }

    [Fact]
    public void Refuses_a_length_beyond_the_end()
    {
        // A piece of 2 GiB minus 1 in a file of 8 bytes.
        byte[] model = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x00];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(Try(model));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    // A model that can't be read is an exception that says so, and one that can be read encodes.
    private static Exception? Try(byte[] model)
    {
        try
        {
            SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(new MemoryStream(model));
            tokenizer.Decode(tokenizer.EncodeToIds("ab cé 🙂"));
            tokenizer.EncodeToTokens("ab cé 🙂", out _);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or IOException)
        {
            return e;
        }
    }
}
