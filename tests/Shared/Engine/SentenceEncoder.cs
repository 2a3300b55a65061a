using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>A tiny sentence encoder, which has no head, and a text whose neighbouring sentences have their words in common.</summary>
internal static class SentenceEncoder
{
    public const string Mean = """{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}""";

    public const string FirstToken = """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""";

    /// <summary>Writes the model's folder.</summary>
    public static string Write(TemporaryFolder folder, string name = "sentences", string pooling = Mean, int seed = 1)
    {
        string path = folder.File(name);
        using SequenceClassifier model = SequenceClassifier.Create(TinyModel.Config(), 2, seed);
        ModelWriter.SaveFolder(path, model);
        File.WriteAllText(Path.Combine(path, "vocab.txt"), string.Concat(TinyModel.Vocabulary.Select(token => token + "\n")));
        Directory.CreateDirectory(Path.Combine(path, "1_Pooling"));
        File.WriteAllText(Path.Combine(path, "1_Pooling", "config.json"), pooling);
        return path;
    }

    /// <summary>So many pairs of sentences, a paragraph each.</summary>
    public static string Text(int pairs)
    {
        var random = new Random(3);
        string[] words = [.. TinyModel.Telling.SelectMany(all => all), .. TinyModel.Filler.Where(word => char.IsLetter(word[0]))];
        return string.Join("\n\n", Enumerable.Range(0, pairs).Select(_ =>
        {
            string[] some = random.GetItems(words, 3), first = [.. some, .. some, .. some], second = [.. first];
            random.Shuffle(second);
            return $"The {string.Join(' ', first)}. A {string.Join(' ', second)}.";
        }));
    }
}
