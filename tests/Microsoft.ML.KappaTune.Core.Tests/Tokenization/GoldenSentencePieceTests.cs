using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>
/// SentencePiece models must give the ids that Microsoft.ML.Tokenizers was recorded to give, where that library and
/// Hugging Face's agree.
/// </summary>
public class GoldenSentencePieceTests
{
    public static TheoryData<string> Llama() => Golden.Files("tokenizers", "sentencepiece.llama*.json");

    public static TheoryData<string> Unigram() => Golden.Files("tokenizers", "sentencepiece.unigram.json");

    [Theory]
    [MemberData(nameof(Llama))]
    public void Llamas_ids_are_the_recorded_ones(string recording)
    {
        HuggingFaceTokenizer tokenizer = Create(recording, "llama.tokenizer.model", "LlamaTokenizer");
        // The model's special tokens are text to that library, and one of the recordings has a special token of its own.
        Compare(recording, text => text.Contains('<') || text.Contains("[MASK]", StringComparison.Ordinal),
            text => tokenizer.EncodeToIds(text));
    }

    [Theory]
    [MemberData(nameof(Unigram))]
    public void Unigrams_ids_are_the_recorded_ones(string recording)
    {
        HuggingFaceTokenizer tokenizer = Create(recording, "unigram.model", "XLMRobertaTokenizer");
        // As XLM-RoBERTa has them, ids are one more; unknown characters that touch are one token, and so they are compared.
        // At the end of a text it takes all whitespace away; a visible space it doesn't.
        Compare(
            recording,
            text => text.IndexOfAny(['<', '\u2581']) >= 0 || text.TrimEnd(' ') is [.., var last] && char.IsWhiteSpace(last),
            text => [.. tokenizer.EncodeToIds(text).Select(id => id == tokenizer.UnknownId ? 0 : id - 1)],
            unknown: 0);
    }

    private static HuggingFaceTokenizer Create(string recording, string model, string family)
    {
        string folder = Path.GetDirectoryName(Golden.Open(recording))!;
        return HuggingFaceTokenizer.Create(new TokenizerFiles(folder, new Dictionary<string, byte[]>
        {
            ["tokenizer.model"] = File.ReadAllBytes(Path.Combine(folder, model)),
            ["tokenizer_config.json"] = JsonSerializer.SerializeToUtf8Bytes(new { tokenizer_class = family }),
        }));
    }

    private static void Compare(string recording, Func<string, bool> isDifferent, Func<string, IReadOnlyList<int>> encode, int unknown = -1)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Open(recording)));
        int compared = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("items").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            if (isDifferent(text))
                continue;
            int[] expected = [.. item.GetProperty("idsWithoutBosEos").EnumerateArray().Select(id => id.GetInt32())];
            IReadOnlyList<int> actual = encode(text);
            Assert.True(Fuse(expected).SequenceEqual(Fuse(actual)),
                $"\"{text}\": expected {string.Join(' ', expected)}, got {string.Join(' ', actual)}");
            compared++;
        }

        Assert.True(compared > 50, $"only {compared} texts were compared");

        IEnumerable<int> Fuse(IReadOnlyList<int> ids) => ids.Where((id, i) => id != unknown || i == 0 || ids[i - 1] != unknown);
    }
}
