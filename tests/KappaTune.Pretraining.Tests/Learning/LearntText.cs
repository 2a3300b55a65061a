using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>Text to learn from, and what was learnt.</summary>
internal static class LearntText
{
    /// <summary>Words that are each as often as they say, such as <c>cat 6</c>.</summary>
    public static string[] Words(params (string Word, int Count)[] words) =>
        [.. words.SelectMany(word => Enumerable.Repeat(word.Word, word.Count))];

    /// <summary>Made-up prose: words of syllables, short ones more often, with capitals and punctuation.</summary>
    public static string[] Prose(int lines, int seed = 1)
    {
        var random = new Random(seed);
        string[] syllables = [.. "bcdfgklmnprstvz".SelectMany(c => "aeiou", (c, v) => $"{c}{v}")];
        string[] words = [.. Enumerable.Range(0, 600).Select(
            i => string.Concat(Enumerable.Range(0, 1 + i / 120).Select(_ => syllables[random.Next(syllables.Length)])))];
        return [.. Enumerable.Range(0, lines).Select(_ =>
        {
            var line = new StringBuilder();
            for (int i = 0; i < 12; i++)
            {
                string word = words[(int)(words.Length * Math.Pow(random.NextDouble(), 2))];
                line.Append(i == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : $" {word}");
            }

            return line.Append(random.Next(5) == 0 ? "?" : ".").ToString();
        })];
    }

    public static TokenizerFiles WordPiece(IEnumerable<string> texts, TokenizerLearningOptions options) =>
        WordPieceLearner.Learn(texts, options, TestContext.Current.CancellationToken);

    public static TokenizerFiles ByteLevel(IEnumerable<string> texts, TokenizerLearningOptions options) =>
        ByteLevelBpeLearner.Learn(texts, options, TestContext.Current.CancellationToken);

    public static JsonNode Json(this TokenizerFiles files, string name) => JsonNode.Parse(files.Content[name])!;

    /// <summary>The tokens in the order of their ids.</summary>
    public static string[] Vocabulary(this TokenizerFiles files)
    {
        KeyValuePair<string, JsonNode?>[] tokens =
            [.. files.Json("tokenizer.json")["model"]!["vocab"]!.AsObject().OrderBy(entry => (int)entry.Value!)];
        Assert.Equal(Enumerable.Range(0, tokens.Length), tokens.Select(entry => (int)entry.Value!));
        return [.. tokens.Select(entry => entry.Key)];
    }

    public static string[] Merges(this TokenizerFiles files) =>
        [.. files.Json("tokenizer.json")["model"]!["merges"]!.AsArray().Select(merge => (string)merge!)];

    /// <summary>The tokenizer of some of the files.</summary>
    public static HuggingFaceTokenizer Tokenizer(this TokenizerFiles files, params string[] names) => HuggingFaceTokenizer.Create(
        names.Length == 0 ? files : new TokenizerFiles("folder", names.ToDictionary(name => name, name => files.Content[name])));
}
