using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Unigram's unknown token may be missing: then every character has to be known.</summary>
public class UnigramWithoutUnknownTests
{
    private const string Vocabulary =
        """[["▁", -2.0], ["a", -3.0], ["b", -3.5], ["ab", -4.0], ["▁ab", -4.5], ["▁a", -4.2], ["c", -5.0], ["bc", -5.1],"""
            + """ ["xy", -1.0], ["aq", -1.0]]""";

    private const string Metaspace =
        """ "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true} """;

    [Theory]
    [InlineData("\"unk_id\": null,")]
    [InlineData("")]
    public void Ids_are_given_while_every_character_is_known(string unknown)
    {
        HuggingFaceTokenizer tokenizer = Tokenizer(unknown);
        Assert.Equal([4, 5, 7], tokenizer.EncodeToIds("ab abc"));
        // No token is the q alone, and none is needed behind an a.
        Assert.Equal([0, 9], tokenizer.EncodeToIds("aq"));
        Assert.Equal(-1, tokenizer.UnknownId);
    }

    [Theory]
    [InlineData("abz", "\"z\" (U+007A)")]
    [InlineData("a é", "\"é\" (U+00E9)")]
    [InlineData("a😀b", "\"😀\" (U+1F600)")]
    [InlineData("x", "\"x\" (U+0078)")]
    [InlineData("xy", "\"x\" (U+0078)")]
    [InlineData("a\ud83d", "(U+FFFD)")]
    [InlineData("a\u0007", "(U+0007)")]
    public void An_unknown_character_is_named(string text, string character)
    {
        HuggingFaceTokenizer tokenizer = Tokenizer("\"unk_id\": null,");
        var e = Assert.Throws<CheckpointFormatException>(() => tokenizer.EncodeToIds(text));
        Assert.Equal((Path.Combine("folder", "tokenizer.json"), "model.unk_id"), (e.File, e.Field));
        Assert.Contains(character, e.Reason, StringComparison.Ordinal);
        // And the next text is none the worse for it.
        Assert.Equal([4, 5, 7], tokenizer.EncodeToIds("ab abc"));
    }

    [Fact]
    public void The_old_form_of_a_metaspace_is_the_new_one()
    {
        const string Old = """ "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": true} """;
        const string Model =
            $$"""{"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["▁", -2.0], ["a", -3.0], ["▁a", -4.2], ["b", -3.5]]}""";
        HuggingFaceTokenizer old = Json.Tokenizer(Model, Old), now = Json.Tokenizer(Model, Metaspace);
        Assert.All((string[])["a b", " a", "éa", "", "aéb a"], text => Assert.Equal(now.EncodeToIds(text), old.EncodeToIds(text)));
        Assert.Equal([3, 1, 4], old.EncodeToIds("a b"));
    }

    private static HuggingFaceTokenizer Tokenizer(string unknown) =>
        Json.Tokenizer($$"""{"type": "Unigram", {{unknown}} "vocab": {{Vocabulary}}}""", Metaspace);
}
