using System.Diagnostics;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The tokenizer of a new model: one that is there, or one learnt from its corpus.</summary>
internal static class TokenizerSource
{
    /// <exception cref="CheckpointFormatException">The folder has no tokenizer, or it can't be read.</exception>
    /// <exception cref="ArgumentException">The vocabulary is too small for the corpus's characters.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while learning.</exception>
    public static TokenizerFiles Create(
        PretrainingOptions options, TextCorpus corpus, Action<string>? log, CancellationToken cancellationToken)
    {
        string source = options.TokenizerOrDefault;
        bool isWordPiece = source == PretrainingOptions.WordPiece;
        if (!isWordPiece && source != PretrainingOptions.Bpe)
            return TokenizerFiles.Read(source, config: null);
        var learning = new TokenizerLearningOptions
        {
            VocabularySize = options.Vocabulary,
            Lowercase = options.Lowercase,
            MaximumTokens = options.MaximumTokens,
            Style = ByteLevelStyle.Gpt2,
        };
        var clock = Stopwatch.StartNew();
        TokenizerFiles files = isWordPiece
            ? WordPieceLearner.Learn(corpus.Lines, learning, cancellationToken)
            : ByteLevelBpeLearner.Learn(corpus.Lines, learning, cancellationToken);
        log?.Invoke($"Learnt a tokenizer ({source}) in {NumberText.Duration(clock.Elapsed)}.");
        return files;
    }
}
