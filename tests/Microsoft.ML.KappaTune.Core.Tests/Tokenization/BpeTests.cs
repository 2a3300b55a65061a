using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Byte-pair models and what their options do.</summary>
public class BpeTests
{
    private static readonly string[] Letters = ["<unk>", "a", "b", "c", "ab", "bc", "abc", "cc", "ccc"];

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("bcab", "bc ab")]
    // "b c" comes after "a b": in "abbc" and "aabc" the first is joined first.
    [InlineData("aabc", "a abc")]
    [InlineData("cccc", "cc cc")]
    [InlineData("ccccc", "cc ccc")]
    public void The_first_merge_comes_first_and_of_equals_the_leftmost(string text, string expected)
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Json.Bpe(Letters, ["a b", "b c", "ab c", "c c", "cc c"]));
        Assert.Equal(expected, tokenizer.Tokens(text));
    }

    [Fact]
    public void Both_forms_of_merges_are_read()
    {
        string pairs = $$"""{"type": "BPE", "vocab": {{Json.Vocabulary("a", "b c", "ab c")}}, "merges": [["a", "b c"]]}""";
        Assert.Equal("a", Json.Tokenizer(pairs).Tokens("a"));
        Assert.Equal("ab", Json.Tokenizer(Json.Bpe(["a", "b", "ab"], ["#version: 0.2", "a b"])).Tokens("ab"));
    }

    [Theory]
    [InlineData("", "a b")]
    [InlineData("\"unk_token\": \"<unk>\",", "a <unk> <unk> b <unk>")]
    [InlineData("\"unk_token\": \"<unk>\", \"fuse_unk\": true,", "a <unk> b <unk>")]
    [InlineData("\"unk_token\": null, \"dropout\": null, \"end_of_word_suffix\": null, \"continuing_subword_prefix\": null,", "a b")]
    [InlineData("\"dropout\": 0.0,", "a b")]
    public void Unknown_characters_vanish_or_are_unknown(string options, string expected)
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Json.Bpe(Letters, [], options));
        Assert.Equal(expected, tokenizer.Tokens("a𝒳éb!"));
    }

    [Fact]
    public void Bytes_stand_for_characters_that_are_no_tokens()
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Json.Bpe(["<unk>", "a", .. bytes], [], "\"unk_token\": \"<unk>\", \"byte_fallback\": true,"),
            """ "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]} """);
        Assert.Equal("a <0xE2> <0x82> <0xAC> <0xF0> <0x9F> <0x98> <0x80> a", tokenizer.Tokens("a€😀a"));
        Assert.Equal(["a", "€", "€", "€", "😀", "😀", "😀", "😀", "a"], tokenizer.Parts("a€😀a"));
        Assert.Equal("a€😀a", tokenizer.Decode(tokenizer.EncodeToIds("a€😀a")));
        // Bytes that aren't UTF-8 become a replacement character each.
        Assert.Equal("\uFFFD\uFFFDa", tokenizer.Decode([2 + 0xE2, 2 + 0x82, 1]));
    }

    [Fact]
    public void Byte_fallback_without_byte_tokens_falls_back_to_unknown()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Json.Bpe(Letters, [], "\"unk_token\": \"<unk>\", \"byte_fallback\": true,"));
        Assert.Equal("a <unk>", tokenizer.Tokens("a€"));
    }

    [Theory]
    [InlineData("true", "abc")]
    [InlineData("false", "a b c")]
    public void A_word_that_is_a_token_needs_no_merges_if_these_are_ignored(string ignores, string expected) =>
        Assert.Equal(expected, Json.Tokenizer(Json.Bpe(Letters, [], $"\"ignore_merges\": {ignores},")).Tokens("abc"));

    [Fact]
    public void Prefix_and_suffix_mark_where_a_character_stands()
    {
        HuggingFaceTokenizer prefixed = Json.Tokenizer(
            Json.Bpe(["a", "##b", "##c", "ab", "##bc"], ["##b ##c", "a ##b"], "\"continuing_subword_prefix\": \"##\","));
        Assert.Equal("a ##bc", prefixed.Tokens("abc"));
        Assert.Equal("ab ##b", prefixed.Tokens("abb"));
        HuggingFaceTokenizer suffixed = Json.Tokenizer(
            Json.Bpe(["a", "b", "b</w>", "ab</w>", "a</w>"], ["a b</w>"], "\"end_of_word_suffix\": \"</w>\","),
            """ "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": {"type": "BPEDecoder", "suffix": "</w>"} """);
        Assert.Equal("ab</w> b ab</w> a</w>", suffixed.Tokens("ab bab a"));
        Assert.Equal("ab bab a", suffixed.Decode(suffixed.EncodeToIds("ab bab a")));
    }

    [Fact]
    public void Merging_equals_merging_step_by_step()
    {
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            // A random model: each merge joins two tokens that there are.
            List<string> tokens = ["a", "b", "c"];
            List<(string Left, string Right)> merges = [];
            for (int i = 0; i < 12; i++)
            {
                (string left, string right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
                if (left.Length + right.Length <= 5 && !merges.Contains((left, right)))
                {
                    merges.Add((left, right));
                    if (!tokens.Contains(left + right))
                        tokens.Add(left + right);
                }
            }

            HuggingFaceTokenizer tokenizer =
                Json.Tokenizer(Json.Bpe([.. tokens], [.. merges.Select(merge => $"{merge.Left} {merge.Right}")]));
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)('a' + random.Next(3))));
            Assert.Equal(string.Join(' ', StepByStep(text, merges)), tokenizer.Tokens(text));
        }
    }

    /// <summary>The published algorithm as it stands: look for the best pair, join its leftmost place, look again.</summary>
    private static List<string> StepByStep(string text, List<(string Left, string Right)> merges)
    {
        List<string> symbols = [.. text.Select(c => c.ToString())];
        while (true)
        {
            int best = int.MaxValue, place = -1;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                int rank = merges.IndexOf((symbols[i], symbols[i + 1]));
                if (rank >= 0 && rank < best)
                    (best, place) = (rank, i);
            }

            if (place < 0)
                return symbols;
            symbols[place] += symbols[place + 1];
            symbols.RemoveAt(place + 1);
        }
    }
}
