using System.Text.Json;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>A language model of some thousand random weights, and completions of its words, to tune and score in no time.</summary>
internal static class TinyDecoder
{
    /// <summary>The ids of the tokens that begin and end a text.</summary>
    public const int Begin = 2, End = 3;

    public static DecoderConfig Config { get; } = new()
    {
        VocabularySize = TinyModel.Vocabulary.Length,
        HiddenSize = 16,
        LayerCount = 3,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 4,
        IntermediateSize = 24,
        MaxTokens = 32,
        InitializerRange = 0.2,
        EndTokenIds = [End],
    };

    /// <summary>Writes a base model as a folder in Hugging Face layout.</summary>
    /// <returns>The folder.</returns>
    public static string Write(TemporaryFolder folder, string name = "base", DecoderConfig? config = null)
    {
        string path = folder.File(name);
        using CausalLanguageModel model = CausalLanguageModel.Create(config ?? Config, seed: 3);
        ModelWriter.SaveFolder(path, model);
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), JsonSerializer.Serialize(Tokenizer));
        return path;
    }

    /// <summary>
    /// Writes a base model whose tokens are bytes, a pair of them, and 257 and 258 to begin and to end a text: a GGUF file can have such.
    /// </summary>
    /// <returns>The folder.</returns>
    public static string WriteBytes(TemporaryFolder folder, string name = "bytes", DecoderConfig? config = null)
    {
        config = (config ?? Config) with { VocabularySize = 259, HiddenSize = 32, IntermediateSize = 64, EndTokenIds = [258] };
        string path = Write(folder, name, config);
        var vocabulary = Enumerable.Range(0, 256).ToDictionary(value => $"{ByteAlphabet.CharOf((byte)value)}");
        vocabulary.Add("th", 256);
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = new[] { new { id = 257, content = "<s>", special = true }, new { id = 258, content = "</s>", special = true } },
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            decoder = new { type = "ByteLevel" },
            model = new { type = "BPE", vocab = vocabulary, merges = new[] { "t h" } },
        }));
        return path;
    }

    /// <summary>Prompts of 3 to 8 words, the last of which tells how they are completed.</summary>
    public static (string Prompt, string Completion)[] Completions(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            string[] words = random.GetItems(TinyModel.Filler, random.Next(3, 9));
            words[^1] = random.GetItems(TinyModel.Telling[i % 2], 1)[0];
            return (string.Join(' ', words), i % 2 == 0 ? " i think so" : " we saw it");
        })];
    }

    /// <summary>Words, before which comes the token that begins a text.</summary>
    private static object Tokenizer
    {
        get
        {
            object begin = new { SpecialToken = new { id = TinyModel.Vocabulary[Begin], type_id = 0 } };
            object first = new { Sequence = new { id = "A", type_id = 0 } }, second = new { Sequence = new { id = "B", type_id = 0 } };
            return new
            {
                version = "1.0",
                added_tokens = TinyModel.Vocabulary.Take(5).Select((content, id) => new
                {
                    id,
                    content,
                    single_word = false,
                    lstrip = false,
                    rstrip = false,
                    normalized = false,
                    special = true,
                }),
                normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, lowercase = true },
                pre_tokenizer = new { type = "BertPreTokenizer" },
                post_processor = new
                {
                    type = "TemplateProcessing",
                    single = new[] { begin, first },
                    pair = new[] { begin, first, second },
                    special_tokens = new Dictionary<string, object>
                    {
                        [TinyModel.Vocabulary[Begin]] =
                            new { id = TinyModel.Vocabulary[Begin], ids = new[] { Begin }, tokens = new[] { TinyModel.Vocabulary[Begin] } },
                    },
                },
                decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
                model = new
                {
                    type = "WordPiece",
                    unk_token = TinyModel.Vocabulary[1],
                    continuing_subword_prefix = "##",
                    max_input_chars_per_word = 100,
                    vocab = TinyModel.Vocabulary.Select((word, id) => (word, id)).ToDictionary(pair => pair.word, pair => pair.id),
                },
            };
        }
    }
}
