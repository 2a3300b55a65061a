using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>A base model of some thousand random weights, and texts of its words, to tune and score in no time.</summary>
internal static class TinyModel
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>Words that decide about a text's class, one list a class.</summary>
    public static IReadOnlyList<string[]> Telling { get; } =
        [["good", "great", "fine", "lovely"], ["bad", "awful", "poor", "sad"], ["odd", "strange", "weird", "queer"]];

    /// <summary>Words that say nothing about it.</summary>
    public static string[] Filler { get; } =
        ["the", "a", "film", "book", "meal", "was", "is", "very", "quite", "i", "we", "they", "think", "saw", "today", "again", ".", ","];

    public static string[] Vocabulary { get; } = [.. Special, .. Telling.SelectMany(words => words), .. Filler];

    public static EncoderConfig Config(EncoderFamily? family = null, int hidden = 32, int layers = 2, int maxTokens = 24) => new()
    {
        Family = family ?? ModelFamilies.Bert,
        VocabularySize = Vocabulary.Length,
        HiddenSize = hidden,
        LayerCount = layers,
        HeadCount = 2,
        IntermediateSize = 2 * hidden,
        MaxTokens = maxTokens,
        TypeVocabularySize = family == ModelFamilies.DistilBert ? 0 : 2,
        // Small random weights would let little of the words through to the head; large ones would drown it.
        InitializerRange = 0.1,
    };

    /// <summary>Writes a base model as a folder in Hugging Face layout; every seed has other weights.</summary>
    /// <returns>The folder.</returns>
    public static string Write(TemporaryFolder folder, string name = "base", int seed = 1, EncoderConfig? config = null)
    {
        string path = folder.File(name);
        using MaskedLanguageModel model = MaskedLanguageModel.Create(config ?? Config(), seed);
        ModelWriter.SaveFolder(path, model);
        File.WriteAllText(Path.Combine(path, "vocab.txt"), string.Concat(Vocabulary.Select(token => token + "\n")));
        return path;
    }

    /// <summary>Writes a sentence encoder that takes the mean of its tokens, and has a pooler that it doesn't use.</summary>
    /// <returns>The folder.</returns>
    public static string WriteSentenceEncoder(TemporaryFolder folder, string name)
    {
        string path = Write(folder, name);
        using SequenceClassifier model = SequenceClassifier.Create(Config(), 2, seed: 1);
        SafetensorsWriter.Write(
            Path.Combine(path, "model.safetensors"),
            ModelWriter.Sources(model, ScalarType.Float32).Where(
                source => !source.Name.StartsWith("classifier.", StringComparison.Ordinal)));
        Directory.CreateDirectory(Path.Combine(path, PoolingConfig.Folder));
        folder.Write(Path.Combine(name, PoolingConfig.FileName), """{"pooling_mode_mean_tokens":true}""");
        return path;
    }

    /// <summary>Texts with their classes, which one word in each tells.</summary>
    /// <param name="count">How many.</param>
    /// <param name="classes">2 or 3.</param>
    /// <param name="seed">Every seed has other texts.</param>
    /// <param name="longest">Words of the longest text.</param>
    public static (string Text, int Class)[] Texts(int count, int classes = 2, int seed = 1, int longest = 12)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            string[] words = random.GetItems(Filler, random.Next(1, longest));
            words[random.Next(words.Length)] = random.GetItems(Telling[i % classes], 1)[0];
            return (string.Join(' ', words), i % classes);
        })];
    }
}
