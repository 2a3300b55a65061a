using System.Buffers;
using static Vocabularies;

public sealed class TokenizerTests
{
    [Fact]
    public void A_derived_class_needs_only_tokens_and_decoding()
    {
        Tokenizer tokenizer = new Letters();
        Assert.Equal([97, 98], tokenizer.EncodeToIds("ab"));
        Assert.Equal([97, 98], tokenizer.EncodeToIds("abc", 2, out string? normalized, out int consumed));
        Assert.Null(normalized);
        Assert.Equal(2, consumed);
        Assert.Equal(3, tokenizer.CountTokens("abc".AsSpan()));
        Assert.Equal(2, tokenizer.GetIndexByTokenCount("abc", 2, out _, out int count));
        Assert.Equal(2, count);
        Assert.Equal(1, tokenizer.GetIndexByTokenCountFromEnd("abc", 2, out _, out count));
        Assert.Equal(new string('x', 5000), tokenizer.Decode(Enumerable.Repeat((int)'x', 5000)));
        Assert.Null(tokenizer.Normalizer);
        Assert.Null(tokenizer.PreTokenizer);
        Assert.Empty(tokenizer.EncodeToIds(null!, true, true));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.EncodeToIds("abc", 0, out _, out _));
    }

    [Fact]
    public void A_users_normalizer_and_pre_tokenizer_are_used()
    {
        var options = new WordPieceOptions { Normalizer = new Reversal(), PreTokenizer = new Halves() };
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Create(Lines("[UNK]", "ab", "cd", "dc", "ba"), options);
        Assert.Equal("dc[0..2] ba[2..4]", tokenizer.EncodeToTokens("abcd", out string? normalized).Show());
        Assert.Equal("dcba", normalized);
        Assert.Equal([1, 2], tokenizer.EncodeToIds("abcd", considerNormalization: false));
        Assert.Equal([0], tokenizer.EncodeToIds("abcd", considerPreTokenization: false));
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        var model = new SentencePieceBytes { Unigram = true }.AddControls().Add("▁", -1).Add("a", -2).Add("ab", -3);
        Tokenizer[] tokenizers =
        [
            Bert(null, "a", "##b", "##c", "ab"),
            BpeTokenizer.Create(ByteLevel("a b", "ab c")),
            SentencePieceTokenizer.Create(model.ToStream()),
        ];
        // More words than a cache holds, so that threads replace each other's.
        string[] texts = [.. Enumerable.Range(0, 4000).Select(i => string.Join(' ', Enumerable.Range(i, 8).Select(Word)))];
        foreach (Tokenizer tokenizer in tokenizers)
        {
            var together = new IReadOnlyList<int>[texts.Length];
            Parallel.For(0, texts.Length, i => together[i] = tokenizer.EncodeToIds(texts[i]));
            for (int i = 0; i < texts.Length; i++)
                Assert.Equal(tokenizer.EncodeToIds(texts[i]), together[i]);
        }

        static string Word(int number) => number < 3 ? "abc"[number].ToString() : Word(number / 3) + Word(number % 3);
    }

    [Fact]
    public void Encoded_tokens_are_compared_by_value()
    {
        Assert.True(new EncodedToken(1, "a", 0..1).Equals(new EncodedToken(1, "a", 0..1)));
        Assert.False(new EncodedToken(1, "a", 0..1).Equals(new EncodedToken(1, "a", 0..2)));
    }

    // A token a letter.
    private sealed class Letters : Tokenizer
    {
        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) => new()
        {
            Tokens = [.. textSpan.ToString().Select((letter, at) => new EncodedToken(letter, letter.ToString(), at..(at + 1)))],
            CharsConsumed = textSpan.Length,
        };

        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        {
            idsConsumed = charsWritten = 0;
            foreach (int id in ids)
            {
                if (charsWritten == destination.Length)
                    return OperationStatus.DestinationTooSmall;
                destination[charsWritten++] = (char)id;
                idsConsumed++;
            }

            return OperationStatus.Done;
        }
    }

    private sealed class Reversal : Normalizer
    {
        public override string Normalize(string original) => Normalize(original.AsSpan());

        public override string Normalize(ReadOnlySpan<char> original) => string.Concat(original.ToString().Reverse());
    }

    private sealed class Halves : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => [(0, text.Length / 2), (text.Length / 2, text.Length - text.Length / 2)];
    }
}
