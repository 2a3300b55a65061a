using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LabelWords;

/// <summary>Classes as words of a tiny decoder.</summary>
internal static class TinyWords
{
    public const string Prompt = "film : {text} it was";

    public static readonly string[] Classes = ["a", "b", "c"];

    /// <summary>Of one token, or of two of which the first may be the same.</summary>
    public static Dictionary<string, string> Words(bool areLong = false) => areLong
        ? new() { ["a"] = "very good", ["b"] = "very bad", ["c"] = "odd" }
        : new() { ["a"] = "good", ["b"] = "bad", ["c"] = "odd" };

    public static LabelWordSet Set(bool areLong = false, WordScores scores = WordScores.Likelihood, string prompt = Prompt) =>
        LabelWordSet.Create(ClassLabels.AsWords(prompt, Words(areLong), scores), Classes);

    public static HuggingFaceTokenizer Tokenizer(string folder) => HuggingFaceTokenizer.Create(TokenizerFiles.Read(folder, null));

    public static WordClassifier Load(string folder, LabelWordSet labels, int maxTokens = 32)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        return new(CausalLanguageModel.Load(checkpoint), HuggingFaceTokenizer.Create(files), files, labels, maxTokens, CPU);
    }
}
