using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Learns a byte-level BPE tokenizer from text: GPT-2's words, all 256 bytes, and pieces that merge the most frequent
/// neighbours. The same text and options give the same bytes, whatever the order of the texts.
/// </summary>
internal static class ByteLevelBpeLearner
{
    /// <exception cref="ArgumentException">An option is out of range, or the texts hold no words.</exception>
    public static TokenizerFiles Learn(
        IEnumerable<string> texts, TokenizerLearningOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        LearntTokens special = options.Style == ByteLevelStyle.Roberta ? LearntTokens.Roberta : LearntTokens.Gpt2;
        options.CheckRoom(special.Tokens.Count, 256);
        var pieces = new PieceList(continuationPrefix: "");
        foreach (AddedToken token in special.Tokens)
            pieces.Add(token.Content);
        foreach (char c in Enumerable.Range(0, 256).Select(value => ByteAlphabet.CharOf((byte)value)).Order())
            pieces.Add(c.ToString());

        var words = new WordCounts(special.Tokens, [], new ByteLevelPreTokenizer(addPrefixSpace: false, splitWords: true));
        words.Add(texts, cancellation);
        var merger = new PairMerger(pieces);
        foreach ((string word, long count) in words.Counts)
            merger.Add([.. word.Select(c => pieces.Find(c.ToString()))], count);
        List<(int Left, int Right)> merges = merger.Run(options.VocabularySize, options.MinimumFrequency, cancellation);
        return Files(special, pieces, [.. merges.Select(merge => $"{pieces[merge.Left]} {pieces[merge.Right]}")], options);
    }

    private static TokenizerFiles Files(LearntTokens special, PieceList pieces, string[] merges, TokenizerLearningOptions options)
    {
        bool isRoberta = options.Style == ByteLevelStyle.Roberta;
        var parts = new JsonObject
        {
            ["normalizer"] = null,
            ["pre_tokenizer"] = ByteLevel(addPrefixSpace: false, trimOffsets: true),
            ["post_processor"] = isRoberta ? RobertaProcessing(special) : ByteLevel(addPrefixSpace: true, trimOffsets: false),
            ["decoder"] = ByteLevel(addPrefixSpace: true, trimOffsets: true),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = "",
                ["end_of_word_suffix"] = "",
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["vocab"] = LearntFiles.Vocabulary(pieces.Texts),
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode?)merge)]),
            },
        };
        var settings = new JsonObject
        {
            ["add_prefix_space"] = false,
            ["clean_up_tokenization_spaces"] = false,
            ["errors"] = "replace",
            ["model_max_length"] = options.MaximumTokens,
            ["tokenizer_class"] = isRoberta ? "RobertaTokenizer" : "GPT2Tokenizer",
        };
        return LearntFiles.Create(
            special, parts, settings,
            (TokenizerFiles.VocabJson, LearntFiles.Bytes(LearntFiles.Vocabulary(pieces.Texts))),
            (TokenizerFiles.MergesTxt, LearntFiles.Lines(["#version: 0.2", .. merges])));
    }

    private static JsonObject ByteLevel(bool addPrefixSpace, bool trimOffsets) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addPrefixSpace,
        ["trim_offsets"] = trimOffsets,
        ["use_regex"] = true,
    };

    private static JsonObject RobertaProcessing(LearntTokens special) => new()
    {
        ["type"] = "RobertaProcessing",
        ["sep"] = Pair(special[SpecialTokens.Separator]),
        ["cls"] = Pair(special[SpecialTokens.Classification]),
        ["trim_offsets"] = true,
        ["add_prefix_space"] = false,
    };

    private static JsonArray Pair(AddedToken token) => new(token.Content, token.Id);
}
