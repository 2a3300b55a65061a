using System.Globalization;
using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Unigram models, and the families of SentencePiece models.</summary>
public class UnigramTests
{
    [Fact]
    public void The_best_sum_of_scores_wins()
    {
        // From the documentation of Hugging Face's tokenizers.
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Model(
            [("<unk>", 0), ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("cd", 1), ("ab", 2), ("abc", 5), ("abcd", 10)]));
        Assert.Equal("abcd a cd <unk>", tokenizer.Tokens("abcdacdxx"));
        Assert.Equal(["abcd", "a", "cd", "xx"], tokenizer.Parts("abcdacdxx"));
        Assert.Equal("abc <unk> d", tokenizer.Tokens("abc😀€d"));
        Assert.Equal(["abc", "😀€", "d"], tokenizer.Parts("abc😀€d"));
    }

    [Theory]
    // An unknown x costs 10 more than the worst token: 25, and "yz" 1 more.
    [InlineData(-10.9, "xy z")]
    [InlineData(-11.1, "<unk> yz")]
    public void An_unknown_character_costs_ten_more_than_the_worst_token(double score, string expected) =>
        Assert.Equal(expected, Json.Tokenizer(Model([("<unk>", 0), ("xy", -15), ("yz", -1), ("z", score)])).Tokens("xyz"));

    [Fact]
    public void Bytes_stand_for_what_is_unknown()
    {
        (string, double)[] bytes = [.. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0.0))];
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Model([("<unk>", 0), ("a", -1), .. bytes], byteFallback: true));
        Assert.Equal("a <0xC3> <0xA9> <0xE2> <0x82> <0xAC> a", tokenizer.Tokens("aé€a"));
        // All of one unknown token stand for all of it.
        Assert.Equal(["a", "é€", "é€", "é€", "é€", "é€", "a"], tokenizer.Parts("aé€a"));
    }

    [Fact]
    public void No_other_way_has_a_better_sum()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            Dictionary<string, double> scores = new() { ["<unk>"] = 0 };
            for (int i = 0; i < 15; i++)
                scores[string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (char)('a' + random.Next(3))))] =
                    -random.NextDouble() * 10;
            HuggingFaceTokenizer tokenizer = Json.Tokenizer(Model([.. scores.Select(entry => (entry.Key, entry.Value))]));
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(4))));
            double unknown = scores.Values.Min() - 10;
            double sum = tokenizer.EncodeToTokens(text, out _).Sum(
                token => token.Value == "<unk>" ? unknown * (token.Offset.End.Value - token.Offset.Start.Value) : scores[token.Value]);
            Assert.Equal(Best(text, scores, unknown), sum, 1e-9);
            Assert.Equal(text, string.Concat(tokenizer.Parts(text)));
        }
    }

    [Fact]
    public void XlmRobertas_ids_are_one_more_than_the_files()
    {
        byte[] model = new SentencePieceBytes { Unigram = true, Rules = [("\uFB01", "fi"), ("\t", " ")] }
            .AddControls().Add("\u2581", -3).Add("\u2581a", -1).Add("fi", -2).Add("b", -2).ToArray();
        HuggingFaceTokenizer tokenizer = Create(model, "sentencepiece.bpe.model", "XLMRobertaTokenizer");
        Assert.Equal([0, 5, 6, 2], tokenizer.Encode("a\uFB01").Ids);
        Assert.Equal([0, 5, 2, 2, 4, 7, 2], tokenizer.Encode("a", "b").Ids);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0], tokenizer.Encode("a", "b").TypeIds);
        Assert.Equal([0, 5, 5, 2], tokenizer.Encode(" a\t  a \n").Ids);
        Assert.Equal([0, 5, 8, 2], tokenizer.Encode("a <mask>").Ids);
        Assert.Equal([0, 4, 3, 2], tokenizer.Encode("zz").Ids);
        Assert.Equal((9, 1, 3, 8, 0, 2), (tokenizer.VocabularySize, tokenizer.PadId, tokenizer.UnknownId, tokenizer.MaskId,
            tokenizer.ClassificationId, tokenizer.SeparatorId));
        Assert.Equal("afi b", tokenizer.Decode([5, 6, 4, 7]));
    }

    [Theory]
    [InlineData("{}", "ab ab", "\u2581ab \u2581ab", new[] { 1, 263, 263 })]
    [InlineData("""{"legacy": false}""", "ab ab", "\u2581ab \u2581ab", new[] { 1, 263, 263 })]
    [InlineData("""{"add_bos_token": false, "add_eos_token": true}""", "ab", "\u2581ab", new[] { 263, 2 })]
    // After a special token, the old way gives the rest a space of its own.
    [InlineData("{}", "</s>ab", "</s> \u2581ab", new[] { 1, 2, 263 })]
    [InlineData("""{"legacy": false}""", "</s>ab", "</s> ab", new[] { 1, 2, 262 })]
    // "ba" has the best score of all.
    [InlineData("{}", "aba", "\u2581 a ba", new[] { 1, 261, 259, 264 })]
    [InlineData("{}", "é", "\u2581 <0xC3> <0xA9>", new[] { 1, 261, 198, 172 })]
    public void Llama_begins_a_text(string config, string text, string tokens, int[] ids)
    {
        byte[] model = new SentencePieceBytes().AddControls().AddBytes()
            .Add("a", -4).Add("b", -5).Add("\u2581", -3).Add("ab", -1).Add("\u2581ab", -2).Add("ba", -0.5f).ToArray();
        HuggingFaceTokenizer tokenizer = Create(model, "tokenizer.model", "LlamaTokenizer", config);
        Assert.Equal(tokens, tokenizer.Tokens(text));
        Assert.Equal(ids, tokenizer.Encode(text).Ids);
        if (!text.StartsWith('<'))
            Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    private static HuggingFaceTokenizer Create(byte[] model, string name, string family, string config = "{}")
    {
        var settings = System.Text.Json.Nodes.JsonNode.Parse(config)!;
        settings["tokenizer_class"] = family;
        return HuggingFaceTokenizer.Create(new TokenizerFiles("folder", new Dictionary<string, byte[]>
        {
            [name] = model,
            ["tokenizer_config.json"] = JsonSerializer.SerializeToUtf8Bytes(settings),
        }));
    }

    private static string Model((string Token, double Score)[] pieces, bool byteFallback = false)
    {
        string vocabulary = string.Join(", ", pieces.Select(piece =>
            string.Create(CultureInfo.InvariantCulture, $"[{JsonSerializer.Serialize(piece.Token)}, {piece.Score:R}]")));
        return $$"""{"type": "Unigram", "unk_id": 0, "byte_fallback": {{(byteFallback ? "true" : "false")}}, "vocab": [{{vocabulary}}]}""";
    }

    /// <summary>All ways, one by one. A character counts as unknown only where it is no token itself.</summary>
    private static double Best(string text, Dictionary<string, double> scores, double unknown)
    {
        if (text.Length == 0)
            return 0;
        double best = scores.ContainsKey(text[..1]) ? double.NegativeInfinity : unknown + Best(text[1..], scores, unknown);
        for (int length = 1; length <= text.Length; length++)
        {
            if (scores.TryGetValue(text[..length], out double score))
                best = Math.Max(best, score + Best(text[length..], scores, unknown));
        }

        return best;
    }
}
