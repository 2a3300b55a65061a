using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Learns BERT's tokenizer from text: its clean-up and its words, an alphabet, and pieces that merge the most frequent
/// neighbours. The same text and options give the same bytes, whatever the order of the texts.
/// </summary>
internal static class WordPieceLearner
{
    // Longer words are unknown to WordPiece as a whole.
    private const int LongestWord = 100;

    /// <exception cref="ArgumentException">An option is out of range, or the texts hold no words.</exception>
    public static TokenizerFiles Learn(
        IEnumerable<string> texts, TokenizerLearningOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        LearntTokens special = LearntTokens.Bert;
        INormalizer[] normalizers =
            [.. NormalizerReader.Bert(cleanText: true, handleIdeographs: true, stripAccents: null, options.Lowercase)];
        WordCounts words = NewCounts(), always = NewCounts();
        words.Add(texts, cancellation);
        always.Add(options.Alphabet);
        WordPieceAlphabet alphabet = WordPieceAlphabet.Create(always.Counts.Keys, words.Counts, options.MinimumFrequency);

        var pieces = new PieceList(WordPieceAlphabet.Continuation);
        foreach (string token in special.Tokens.Select(token => token.Content).Concat(alphabet.Tokens))
            pieces.Add(token);
        options.CheckRoom(special.Tokens.Count, pieces.Count - special.Tokens.Count);
        var merger = new PairMerger(pieces);
        foreach ((string word, long count) in words.Counts)
        {
            if (alphabet.Has(word) && Spell(word, pieces) is { Length: <= LongestWord } spelled)
                merger.Add(spelled, count);
        }

        merger.Run(options.VocabularySize, options.MinimumFrequency, cancellation);
        return Files(special, pieces, options);

        WordCounts NewCounts() => new(special.Tokens, normalizers, new BertPreTokenizer());
    }

    private static int[] Spell(string word, PieceList pieces) =>
        [.. word.EnumerateRunes().Select((rune, i) => pieces.Find(i == 0 ? rune.ToString() : WordPieceAlphabet.Continuation + rune))];

    private static TokenizerFiles Files(LearntTokens special, PieceList pieces, TokenizerLearningOptions options)
    {
        var parts = new JsonObject
        {
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = true,
                ["handle_chinese_chars"] = true,
                ["strip_accents"] = null,
                ["lowercase"] = options.Lowercase,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = BertTemplate(special),
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = WordPieceAlphabet.Continuation, ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = special[SpecialTokens.Unknown].Content,
                ["continuing_subword_prefix"] = WordPieceAlphabet.Continuation,
                ["max_input_chars_per_word"] = LongestWord,
                ["vocab"] = LearntFiles.Vocabulary(pieces.Texts),
            },
        };
        var settings = new JsonObject
        {
            ["clean_up_tokenization_spaces"] = true,
            ["do_lower_case"] = options.Lowercase,
            ["model_max_length"] = options.MaximumTokens,
            ["strip_accents"] = null,
            ["tokenize_chinese_chars"] = true,
            ["tokenizer_class"] = "BertTokenizer",
        };
        return LearntFiles.Create(special, parts, settings, (TokenizerFiles.VocabTxt, LearntFiles.Lines(pieces.Texts)));
    }

    /// <summary><c>[CLS] A [SEP]</c>, and for a pair <c>B [SEP]</c> of type 1 after it.</summary>
    private static JsonObject BertTemplate(LearntTokens special)
    {
        AddedToken begin = special[SpecialTokens.Classification], end = special[SpecialTokens.Separator];
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Token(begin, 0), Text("A", 0), Token(end, 0)),
            ["pair"] = new JsonArray(Token(begin, 0), Text("A", 0), Token(end, 0), Text("B", 1), Token(end, 1)),
            ["special_tokens"] = new JsonObject { [begin.Content] = Ids(begin), [end.Content] = Ids(end) },
        };

        static JsonObject Token(AddedToken token, int type) =>
            new() { ["SpecialToken"] = new JsonObject { ["id"] = token.Content, ["type_id"] = type } };

        static JsonObject Text(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };

        static JsonObject Ids(AddedToken token) =>
            new() { ["id"] = token.Content, ["ids"] = new JsonArray(token.Id), ["tokens"] = new JsonArray(token.Content) };
    }
}
