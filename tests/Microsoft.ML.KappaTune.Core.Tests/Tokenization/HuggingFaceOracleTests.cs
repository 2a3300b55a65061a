using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Ids of generated texts beside those of Hugging Face's own tokenizers, for files that the test makes.</summary>
public sealed class HuggingFaceOracleTests : IDisposable
{
    private const int TextsOfEach = 400;

    /// <summary>
    /// What texts are put together from: words, scripts, accents of both kinds, spaces, controls, marks, emoji, special tokens.
    /// </summary>
    private static readonly string[] Parts =
    [
        "a", "b", "e", "é", "É", "e\u0301", "ü", "Ü", "ß", "the", "The", "THE", "cat", "cats", "running", "don't", "I'm", "we'll", "C++",
        "a_b", "x=1",
        "0", "42", "3.14", "½", "٣", "東京", "東", "かな", "한국어", "한", "Привет", "привет", "ελλάς", "ΕΛΛΆΣ", "ﬁ", "İ", "ı", "नमस्ते",
        " ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\u200d", "\u0000", "\u0007", "\ufffd", "\u00ad",
        ".", ",", "!", "?", "-", "--", "'", "\"", "(", ")", "$", "+", "<", "=", ">", "^", "`", "|", "~", "€", "«", "»", "…", "、", "。",
        "😀", "👩‍👩‍👧", "🇫🇷", "𝒜", "𠀀", "\u0300", "##", "▁", "Ġ", "[MASK]", "[mask]", "[CLS]", "<s>", "</s>", "<mask>",
    ];

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, false, true)]
    [InlineData(false, null, true)]
    [InlineData(false, true, false)]
    public void Bert_WordPiece(bool lowercase, bool? stripAccents, bool ideographs)
    {
        string[] letters =
            [.. "abcdefghijklmnopqrstuvwxyzABTHEéüßÉÜ0123456789.,!?-'\"()$+<=>^`|~€½東京かな한국어приветελάς▁Ġ_#".Select(c => c.ToString())];
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        string[] vocabulary = [.. special, .. letters, .. letters.Select(letter => $"##{letter}"), "the", "cat", "##at", "##s", "run",
            "##ning", "##nn", "東京", "😀"];
        JsonObject normalizer = new()
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = true,
            ["handle_chinese_chars"] = ideographs,
            ["strip_accents"] = stripAccents,
            ["lowercase"] = lowercase,
        };
        Compare(
            new()
            {
                ["added_tokens"] = Added(special.Select((token, id) => (token, id))),
                ["normalizer"] = normalizer,
                ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
                ["post_processor"] = JsonNode.Parse("""{"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}"""),
                ["decoder"] = JsonNode.Parse("""{"type": "WordPiece", "prefix": "##", "cleanup": true}"""),
                ["model"] = JsonNode.Parse(Json.WordPiece([.. vocabulary.Distinct()])),
            },
            seed: 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Byte_level_BPE(bool addPrefixSpace)
    {
        string[] special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];
        List<string> tokens = [.. special, .. Enumerable.Range(0, 256).Select(value => Letter(value).ToString())];
        List<string> merges = [];
        // Whatever was merged before may be merged again.
        var random = new Random(3);
        string[] frequent = [.. "aethcnrsi'dmo0123456789ĠÃ©".Select(c => c.ToString())];
        while (merges.Count < 200)
        {
            string[] pool = [.. frequent, .. tokens.Skip(special.Length + 256)];
            string left = pool[random.Next(pool.Length)], right = pool[random.Next(pool.Length)];
            if (left.Length + right.Length > 6 || right.Contains('Ġ') || tokens.Contains(left + right))
                continue;
            tokens.Add(left + right);
            merges.Add($"{left} {right}");
        }

        Compare(
            new()
            {
                ["added_tokens"] = Added(special.Select((token, id) => (token, id))),
                ["pre_tokenizer"] = new JsonObject
                {
                    ["type"] = "ByteLevel",
                    ["add_prefix_space"] = addPrefixSpace,
                    ["trim_offsets"] = true,
                    ["use_regex"] = true,
                },
                ["post_processor"] = JsonNode.Parse(
                    """{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0],"""
                        + """ "trim_offsets": true, "add_prefix_space": false}"""),
                ["decoder"] =
                    JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"""),
                ["model"] = JsonNode.Parse(Json.Bpe([.. tokens], [.. merges])),
            },
            seed: 2);
    }

    [Theory]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""", true, false)]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": true}""", true, false)]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}""", true, false)]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": true}""", true, true)]
    // Every character known, or an error.
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""", false, false)]
    public void Unigram(string preTokenizer, bool hasUnknown, bool bytes)
    {
        var random = new Random(4);
        var pieces = new Dictionary<string, double> { ["<unk>"] = 0 };
        for (int value = 0; bytes && value < 256; value++)
            pieces[$"<0x{value:X2}>"] = -9 - value / 1000.0;
        foreach (string letter in "abcdefghilmnorstuwxé'.,▁0123東京".Select(c => c.ToString()))
            pieces[letter] = -2 - 4 * random.NextDouble();
        foreach (string piece in (string[])["the", "▁the", "at", "▁c", "cat", "▁cat", "s", "run", "ning", "▁a", "▁e", "e\u0301", "東京", "zq",
            "aq", "▁▁", "😀", "👩‍"])
            pieces[piece] = -1 - 6 * random.NextDouble();
        Compare(
            new()
            {
                ["added_tokens"] = Added([("<unk>", 0)]),
                ["normalizer"] =
                    JsonNode.Parse(
                        """{"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Replace", "pattern": {"Regex": " {3,}"},"""
                            + """ "content": " "}]}"""),
                ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
                ["model"] = new JsonObject
                {
                    ["type"] = "Unigram",
                    ["unk_id"] = hasUnknown ? 0 : null,
                    ["vocab"] = new JsonArray([.. pieces.Select(piece => new JsonArray(piece.Key, piece.Value))]),
                    ["byte_fallback"] = bytes,
                },
            },
            seed: 5);
    }

    [Theory]
    [InlineData("Left")]
    [InlineData("Right")]
    public void Truncation(string direction) => Compare(
        new()
        {
            ["truncation"] =
                JsonNode.Parse($$"""{"direction": "{{direction}}", "max_length": 7, "strategy": "LongestFirst", "stride": 0}"""),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Whitespace" },
            ["post_processor"] = JsonNode.Parse("""{"type": "BertProcessing", "sep": ["[SEP]", 1], "cls": ["[CLS]", 2]}"""),
            ["model"] = JsonNode.Parse(Json.WordPiece("[UNK]", "[SEP]", "[CLS]", "a", "b", "##a", "##b", "the", "cat", "##s")),
        },
        seed: 6);

    public void Dispose() => _folder.Dispose();

    private void Compare(JsonObject file, int seed)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "Hugging Face's tokenizers are restored for Linux on x64 only.");
        string[] others = ["truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder"];
        foreach (string name in others)
            file.TryAdd(name, name == "added_tokens" ? new JsonArray() : null);
        file["version"] = "1.0";
        string json = file.ToJsonString();
        string path = _folder.Write("tokenizer.json", json);
        using var theirs = new global::Tokenizers.DotNet.Tokenizer(path);
        var ours = HuggingFaceTokenizer.Create(Json.Files(("tokenizer.json", json)));
        int encoded = 0, ids = 0;
        foreach (string text in Texts(seed))
        {
            int[]? expected = IdsOf(() => [.. theirs.Encode(text).Select(id => (int)id)]);
            int[]? actual = IdsOf(() => ours.Encode(text, maxLength: ours.MaxLength).Ids);
            Assert.True(
                expected is null ? actual is null : actual is not null && expected.SequenceEqual(actual),
                $"{JsonSerializer.Serialize(text)}: [{string.Join(", ", expected ?? [])}], not [{string.Join(", ", actual ?? [])}]");
            encoded += expected is null ? 0 : 1;
            ids += expected?.Length ?? 0;
        }

        Assert.InRange(encoded, 20, TextsOfEach);
        Assert.InRange(ids, 3 * encoded, int.MaxValue);
    }

    /// <summary>Null where a text can't be encoded.</summary>
    private static int[]? IdsOf(Func<int[]> encode)
    {
        try
        {
            return encode();
        }
        catch (Exception e) when (e is CheckpointFormatException or global::Tokenizers.DotNet.TokenizerException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Texts(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < TextsOfEach; i++)
        {
            // A quarter of short, plain ones.
            string[] parts = i % 4 == 0 ? ["a", "b", "e", "é", "the", "cat", "s", " "] : Parts;
            var text = new StringBuilder();
            for (int length = random.Next(0, 12); length > 0; length--)
                text.Append(parts[random.Next(parts.Length)]);
            yield return text.ToString();
        }
    }

    private static JsonArray Added(IEnumerable<(string Token, int Id)> tokens) => new([.. tokens.Select(token => new JsonObject
    {
        ["id"] = token.Id,
        ["content"] = token.Token,
        ["single_word"] = false,
        ["lstrip"] = token.Token == "<mask>",
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    })]);

    /// <summary>The printable letter that stands for a byte in GPT-2's alphabet.</summary>
    private static char Letter(int value)
    {
        int[] plain =
            [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range('¡', '¬' - '¡' + 1), .. Enumerable.Range('®', 'ÿ' - '®' + 1)];
        return plain.Contains(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(other => !plain.Contains(other)));
    }
}
