using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// What tells the probabilities of a text's classes. Any number of threads may use it at once; one of them may dispose it while others
/// score: they finish, and the last of them frees the model.
/// </summary>
internal interface IClassScorer : IDisposable
{
    /// <summary>The files that the tokenizer was made from.</summary>
    TokenizerFiles Files { get; }

    Device Device { get; }

    int ClassCount { get; }

    /// <summary>Tokens of the longest text, special ones included.</summary>
    int MaxTokens { get; }

    /// <summary>A text, or a pair, as tokens; null is empty, and what is too long is cut.</summary>
    EncodedText Encode(string? text, string? pair);

    /// <summary>Probabilities of the classes, row by row: [batch, classes].</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    void Score(IReadOnlyList<EncodedText> batch, Span<float> scores);

    /// <summary>Calls a function with the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    T UseModel<T>(Func<TextModel, T> action);
}
