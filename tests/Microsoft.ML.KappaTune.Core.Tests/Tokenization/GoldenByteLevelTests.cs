using System.Text;
using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>
/// Byte-level BPE must give the ids that Microsoft.ML.Tokenizers was recorded to give, where that library and Hugging
/// Face's agree: its regular expression sees UTF-16 units, so letters beyond the basic plane are none to it.
/// </summary>
public class GoldenByteLevelTests
{
    public static TheoryData<string> Recordings()
    {
        var rows = new TheoryData<string>();
        foreach (var row in Golden.Files("tokenizers", "bpe.*.json"))
        {
            string file = row.Data;
            if (file.Length == 0 || Call(file) is { } call && call.Contains("ByteLevel = true", StringComparison.Ordinal)
                && call.Contains("RegexPreTokenizer", StringComparison.Ordinal) && !call.Contains("LowerCase", StringComparison.Ordinal))
            {
                rows.Add(file);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Ids_are_the_recorded_ones(string recording)
    {
        string path = Golden.Open(recording), folder = Path.GetDirectoryName(path)!, call = Call(recording)!;
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(FilesOf(folder, call));
        bool hasBegin = call.Contains("BeginningOfSentenceToken", StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        int compared = 0;
        foreach (JsonElement item in document.RootElement.GetProperty("items").EnumerateArray())
        {
            string text = item.GetProperty("text").GetString()!;
            if (text.EnumerateRunes().Any(rune => !rune.IsBmp && Rune.IsLetterOrDigit(rune)))
                continue;
            int[] expected = [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.True(
                expected.SequenceEqual(hasBegin && text.Length > 0 ? tokenizer.Encode(text).Ids : tokenizer.EncodeToIds(text)),
                $"the ids of \"{text}\" are wrong");
            if (!hasBegin)
                Assert.Equal(text, tokenizer.Decode(expected));
            compared++;
        }

        Assert.True(compared > 50, $"only {compared} texts were compared");
    }

    /// <summary>
    /// With special tokens from vocab.json and merges.txt, without them from a tokenizer.json with the regular expression.
    /// </summary>
    private static TokenizerFiles FilesOf(string folder, string call)
    {
        string vocabulary = File.ReadAllText(Path.Combine(folder, "vocab.json"));
        string[] merges = File.ReadAllLines(Path.Combine(folder, "merges.txt"));
        if (!call.Contains("SpecialTokens", StringComparison.Ordinal))
        {
            string preTokenizer = """
                {"type": "Sequence", "pretokenizers": [
                  {"type": "Split", "behavior": "Isolated", "invert": false,
                   "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"}},
                  {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
                """;
            string model = $$"""{"type": "BPE", "vocab": {{vocabulary}}, "merges": {{JsonSerializer.Serialize(merges)}}}""";
            return Json.Files(
                ("tokenizer.json", $$"""{"model": {{model}}, "decoder": {"type": "ByteLevel"}, "pre_tokenizer": {{preTokenizer}} }"""));
        }

        string config = call.Contains("<mask>", StringComparison.Ordinal)
            ? """{"tokenizer_class": "RobertaTokenizer", "mask_token": {"content": "<mask>", "lstrip": false}}"""
            : """{"tokenizer_class": "GPT2Tokenizer"}""";
        return Json.Files(("vocab.json", vocabulary), ("merges.txt", string.Join('\n', merges)), ("tokenizer_config.json", config));
    }

    private static string? Call(string recording)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Golden.Root!, recording)));
        return document.RootElement.GetProperty("call").GetString();
    }
}
