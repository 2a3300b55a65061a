using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Frozen;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>How texts become the tokens that a language model counts.</summary>
/// <param name="MaxTokens">Tokens of the longest text, special ones included.</param>
/// <param name="CountsPrompts">Whether a prompt's tokens count as well as its completion's.</param>
/// <param name="AppendsEnd">Whether the token that ends a text is appended, and counts.</param>
internal sealed record LanguageModelTexts(int MaxTokens, bool CountsPrompts, bool AppendsEnd);

/// <summary>
/// A language model that is ready to say how likely texts are. Any number of threads may use it at once; one of them may dispose it while
/// others score: they finish, and the last of them frees the model.
/// </summary>
/// <param name="module">The model, on the device; disposed with this.</param>
/// <param name="files">The files that the tokenizer was made from.</param>
internal sealed class LanguageModelScorer(
    CausalLanguageModel module, HuggingFaceTokenizer tokenizer, TokenizerFiles files, LanguageModelTexts texts, Device device) : IDisposable
{
    /// <summary>What is known of a text: its log-likelihood, and its perplexity.</summary>
    public const int NumberCount = 2;

    private readonly SharedModel<CausalLanguageModel> _model = new(module);
    private readonly ExampleEncoder _encoder = LanguageModelTokenizing.NewEncoder(
        tokenizer, module.Decoder.Config, texts.MaxTokens, texts.AppendsEnd, texts.CountsPrompts);
    private readonly double _operationsPerToken = 2.0 * module.parameters().Sum(parameter => parameter.NumberOfElements);

    public HuggingFaceTokenizer Tokenizer => tokenizer;

    public TokenizerFiles Files => files;

    public LanguageModelTexts Texts => texts;

    public Device Device => device;

    /// <summary>A text, or a prompt and its completion, as tokens; what is too long is cut.</summary>
    public EncodedExample Encode(string text, string? completion) => Encode(
        completion is null ? LanguageModelExample.OfText(text) : LanguageModelExample.OfCompletion(text, completion));

    /// <summary>An example as tokens; what is too long is cut.</summary>
    public EncodedExample Encode(LanguageModelExample example) => _encoder.Encode(example);

    /// <summary>
    /// Row by row, of the tokens that count: the sum of the logarithms of their probabilities, and e to the power of what is the mean of
    /// that below 0. Where none counts, 0 and NaN.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Score(IReadOnlyList<EncodedExample> batch, Span<float> numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers.Length, batch.Count * NumberCount, nameof(numbers));
        for (int i = 0; i < batch.Count; i++)
            (numbers[NumberCount * i], numbers[NumberCount * i + 1]) = (0, float.NaN);
        int[] scored = [.. Enumerable.Range(0, batch.Count).Where(i => batch[i].CountedTokens > 0)];
        if (scored.Length == 0)
            return;
        LanguageModelRow[] rows = [.. scored.Select(i => LanguageModelRow.Of(batch[i]))];
        var data = new LanguageModelRows(rows, rows.Length, truncated: 0, dropped: 0, tokenizer.PadId);
        int[] all = [.. Enumerable.Range(0, rows.Length)];
        float[] losses = _model.Use(model => ScoringThreads.Run(device, _operationsPerToken * rows.Length * data.Lengths.Max(), () =>
        {
            TokenBatch tokens = data.Batch(all, device);
            Tensor states = model.Decoder.Decode(tokens.Ids, tokens.Mask).flatten(0, 1).index_select(0, tokens.Places!); // [M, H]
            return new GuessLoss(model).Losses(states, data.TargetsOf(all, device));
        }));
        int first = 0;
        foreach ((int row, int counted) in scored.Zip(rows.Select(row => row.Counted)))
        {
            double loss = losses.AsSpan(first, counted).ToArray().Sum(each => (double)each);
            (numbers[NumberCount * row], numbers[NumberCount * row + 1]) = ((float)-loss, (float)Math.Exp(loss / counted));
            first += counted;
        }
    }

    /// <summary>What goes on with texts by the same model, which it may dispose.</summary>
    /// <param name="endTokens">The ids of which each ends a text.</param>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public LanguageGenerator NewGenerator(IReadOnlyCollection<int> endTokens) =>
        new(_model, Use(model => model.Decoder.Config), tokenizer, endTokens);

    /// <summary>Calls a function with the model, which isn't disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public T Use<T>(Func<CausalLanguageModel, T> action) => _model.Use(action);

    /// <summary>Frees the model, at once or when the last thread that is scoring has finished.</summary>
    public void Dispose() => _model.Dispose();
}
