using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// A classifier that is ready to score. Any number of threads may use it at once; one of them may dispose it while others score: they
/// finish, and the last of them frees the model.
/// </summary>
/// <param name="module">The model, on the device; disposed with this.</param>
/// <param name="files">The files that the tokenizer was made from.</param>
/// <param name="maxTokens">Tokens of the longest text, special ones included.</param>
internal sealed class TextClassifier(
    ClassifierModel module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, int maxTokens, Device device) : IClassScorer
{
    private readonly SharedModel<ClassifierModel> _model = new(module);

    public HuggingFaceTokenizer Tokenizer => tokenizer;

    public TokenizerFiles Files => files;

    public Device Device => device;

    public int ClassCount { get; } = module.ClassCount;

    public int MaxTokens => maxTokens;

    /// <summary>A text, or a pair, as tokens; null is empty, and what is too long is cut.</summary>
    public EncodedText Encode(string? text, string? pair) => Tokenizer.EncodeAny(text, pair, MaxTokens);

    /// <summary>Probabilities of the classes, row by row: [batch, classes].</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Score(IReadOnlyList<EncodedText> batch, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, batch.Count * ClassCount, nameof(scores));
        if (batch.Count == 0)
            return;
        Use(model => ScoringThreads.Run(Device, model.Stack.Operations(PaddedBatch.TokenCount(batch)), () =>
        {
            (Tensor ids, Tensor mask, Tensor types) = PaddedBatch.Create(batch, Tokenizer.PadId, Device);
            return nn.functional.softmax(model.Classify(ids, mask, types).to(ScalarType.Float32), 1);
        })).CopyTo(scores);
    }

    /// <summary>Calls a function with the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<ClassifierModel, T> action) => _model.Use(action);

    public T UseModel<T>(Func<TextModel, T> action) => _model.Use(action);

    /// <summary>Frees the model, at once or when the last thread that is scoring has finished.</summary>
    public void Dispose() => _model.Dispose();
}
