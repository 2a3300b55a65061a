using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class TextTokensTests : IDisposable
{
    private static readonly string[] Parts =
    [
        "the", "hound", "of", "Baskervilles", "it’s", "don't", "1889", "3.14", ",", ".", "…", "?!", "\n", "\r\n\r\n", "\t", "  ", "      ",
        "é", "漢字", "𝒳",
        "👩‍👩‍👧‍👦", "unbelievably", "x", "<s>", "=========================",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int> Cases
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (string tokenizer in (string[])["wordpiece", "roberta", "gpt2", "sentencepiece"])
            {
                foreach (int length in (int[])[200, 333, 1000])
                    rows.Add(tokenizer, length);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Piece_by_piece_the_tokens_are_those_of_the_whole_text(string name, int pieceLength)
    {
        HuggingFaceTokenizer tokenizer = Tokenizer(name);
        string text = Text(seed: 3, words: 3000);
        int longest = 0;
        var tokens = new TextTokens(
            ControlSource.FromFile(_folder.Write("text.txt", text)),
            piece =>
            {
                longest = Math.Max(longest, piece.Length);
                return tokenizer.EncodeWithOffsets(piece);
            },
            pieceLength);
        int[] expected = tokenizer.EncodePrefix(text, int.MaxValue).Ids;
        Assert.InRange(expected.Length, 3000, text.Length * 4);
        Assert.Equal(expected, tokens.Read().Select(token => token.Id));
        Assert.Equal(expected, tokens.Read().Select(token => token.Id));
        // What no token stands for after the last one, a blank or a line's end, isn't counted.
        Assert.InRange(
            tokens.Read().Sum(token => token.Bytes), Encoding.UTF8.GetByteCount(text.TrimEnd()), Encoding.UTF8.GetByteCount(text));
        // However long the text is, never much more than a piece is in memory.
        Assert.InRange(longest, 1, pieceLength + 400);
        Assert.InRange(text.Length, 10 * pieceLength, int.MaxValue);
    }

    [Fact]
    public void A_text_shorter_than_a_piece_is_one()
    {
        HuggingFaceTokenizer tokenizer = Tokenizer("gpt2");
        Assert.Equal(tokenizer.EncodePrefix("the hound", 99).Ids,
            Ids(ControlSource.FromFile(_folder.Write("text.txt", "the hound")), tokenizer));
        Assert.Empty(new TextTokens(ControlSource.FromFile(_folder.Write("text.txt", "")), tokenizer.EncodeWithOffsets).Read());
    }

    [Fact]
    public void The_mark_of_the_encoding_is_no_text()
    {
        HuggingFaceTokenizer tokenizer = Tokenizer("gpt2");
        var text = ControlSource.FromFile(_folder.Write("text.txt", [.. Encoding.UTF8.Preamble, .. "hound"u8]));
        Assert.Equal(tokenizer.EncodePrefix("hound", 99).Ids, Ids(text, tokenizer));
    }

    [Fact]
    public void What_is_no_text_is_refused_by_file()
    {
        string path = _folder.Write("latin.txt", [.. "caf"u8, 0xE9, .. " au lait"u8]);
        var error = Assert.Throws<FormatException>(
            () => new TextTokens(ControlSource.FromFile(path), Tokenizer("gpt2").EncodeWithOffsets).Read().Count());
        Assert.StartsWith(path, error.Message);
        Assert.Contains("UTF-8", error.Message);
    }

    private static IEnumerable<int> Ids(ControlSource text, HuggingFaceTokenizer tokenizer) =>
        new TextTokens(text, tokenizer.EncodeWithOffsets).Read().Select(token => token.Id);

    private HuggingFaceTokenizer Tokenizer(string name)
    {
        if (name == "sentencepiece")
        {
            string model = Golden.Open(Golden.Files("tokenizers", "llama.tokenizer.model").Select(row => row.Data).FirstOrDefault(""));
            File.Copy(model, _folder.File("tokenizer.model"), overwrite: true);
            var config = ModelConfig.Read(_folder.Write("config.json", """{"model_type":"llama"}"""));
            return HuggingFaceTokenizer.Create(TokenizerFiles.Read(_folder.Path, config));
        }

        string[] texts = [.. Enumerable.Range(10, 5).Select(seed => Text(seed, words: 500))];
        var options = new TokenizerLearningOptions
        {
            VocabularySize = 400,
            Style = name == "gpt2" ? ByteLevelStyle.Gpt2 : ByteLevelStyle.Roberta,
        };
        return HuggingFaceTokenizer.Create(
            name == "wordpiece" ? WordPieceLearner.Learn(texts, options) : ByteLevelBpeLearner.Learn(texts, options));
    }

    private static string Text(int seed, int words)
    {
        var random = new Random(seed);
        return string.Concat(random.GetItems(Parts, words).Select(part => random.Next(4) == 0 ? part : part + " "));
    }
}
