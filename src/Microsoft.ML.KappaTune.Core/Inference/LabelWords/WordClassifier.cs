using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference.LabelWords;

/// <summary>
/// A language model that tells classes by how likely their words are after a prompt. Any number of threads may use it at once; one of them
/// may dispose it while others score: they finish, and the last of them frees the model.
/// </summary>
/// <param name="module">The model, on the device; disposed with this.</param>
/// <param name="files">The files that the tokenizer was made from.</param>
/// <param name="labels">The prompt and the classes' words.</param>
/// <param name="maxTokens">Tokens of the longest prompt with a word.</param>
internal sealed class WordClassifier(
    CausalLanguageModel module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, LabelWordSet labels, int maxTokens, Device device)
    : IClassScorer
{
    // Rows of a forward pass: with several words of several tokens, each prompt is as many rows.
    private const int RowsAtOnce = 64;

    private readonly SharedModel<CausalLanguageModel> _model = new(module);
    private readonly LabelWordEncoder _encoder = new(tokenizer, labels, maxTokens);
    private readonly object _gate = new();
    private double[]? _withoutContent;
    private WordPrefixes? _prefixes;

    public TokenizerFiles Files => files;

    public Device Device => device;

    public LabelWordSet Labels => labels;

    public int ClassCount => labels.Words.Count;

    public int MaxTokens => maxTokens;

    public EncodedText Encode(string? text, string? pair) => _encoder.Encode(text ?? "", pair);

    public void Score(IReadOnlyList<EncodedText> batch, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, batch.Count * ClassCount, nameof(scores));
        ToScores(LogLikelihoods(batch), labels.Scores, scores);
    }

    /// <summary>
    /// Probabilities of the classes, in any way, from what <see cref="LogLikelihoods(IReadOnlyList{EncodedText})"/> returns.
    /// </summary>
    public void ToScores(ReadOnlySpan<double> logs, WordScores way, Span<float> scores)
    {
        double[] withoutContent = way == WordScores.Calibrated ? WithoutContent() : [];
        int[] lengths = [.. _encoder.Words.Select(word => word.Length)];
        for (int first = 0; first < logs.Length; first += ClassCount)
        {
            double[] its = LabelWordScores.Normalised(LabelWordScores.Of(way, logs.Slice(first, ClassCount), lengths, withoutContent));
            for (int c = 0; c < ClassCount; c++)
                scores[first + c] = (float)Math.Exp(its[c]);
        }
    }

    public T UseModel<T>(Func<TextModel, T> action) => _model.Use(action);

    public void Dispose() => _model.Dispose();

    /// <summary>The logarithms of the probabilities of all words after each prompt: [prompts, classes].</summary>
    public double[] LogLikelihoods(IReadOnlyList<EncodedText> prompts)
    {
        WordPrefixes prefixes = _prefixes ??= new(_encoder.Words, _model.Use(model => model.Decoder.DependsOnLength));
        List<double> all = [];
        foreach (EncodedText[] some in prompts.Chunk(Math.Max(1, RowsAtOnce / prefixes.Count)))
            all.AddRange(LogLikelihoods(some, prefixes));
        return [.. all];
    }

    private IEnumerable<double> LogLikelihoods(EncodedText[] prompts, WordPrefixes prefixes)
    {
        WordBatch batch = prefixes.Batch(prompts, tokenizer.PadId);
        float[] tokens = _model.Use(model => ScoringThreads.Run(device, model.Stack.Operations(batch.Ids.Length), () =>
        {
            long[] shape = [batch.RowCount, batch.Ids.Length / batch.RowCount];
            Tensor states = model.Decoder.Decode(tensor(batch.Ids, shape, device: device), tensor(batch.Mask, shape, device: device))
                .flatten(0, 1).index_select(0, tensor(batch.Places, device: device)); // [M, H]
            Tensor logs = model.Head(states).to(float32).log_softmax(-1); // [M, vocabulary]
            return logs.flatten().index_select(0, tensor(batch.AskedOf((int)logs.shape[1]), device: device));
        }));
        int first = 0;
        return [.. Enumerable.Range(0, prompts.Length).SelectMany(_ => _encoder.Words).Select(word =>
        {
            first += word.Length;
            return tokens.AsSpan(first - word.Length, word.Length).ToArray().Sum(log => (double)log);
        })];
    }

    private double[] WithoutContent()
    {
        lock (_gate)
            return _withoutContent ??= LogLikelihoods([_encoder.Encode(LabelWordScores.NoContent, null)]);
    }
}
