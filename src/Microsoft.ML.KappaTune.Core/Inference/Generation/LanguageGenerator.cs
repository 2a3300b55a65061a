using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>
/// A decoder that is ready to go on with texts. Any number of threads may use it at once, each text on its own; one of them may dispose it
/// meanwhile: the others end with an <see cref="ObjectDisposedException"/> at their next token.
/// </summary>
/// <param name="model">The model, which others may use as well; disposed with this.</param>
/// <param name="config">Its architecture.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="endTokens">The ids of which each ends a text.</param>
internal sealed class LanguageGenerator(
    SharedModel<CausalLanguageModel> model, DecoderConfig config, HuggingFaceTokenizer tokenizer, IReadOnlyCollection<int> endTokens)
    : IDisposable
{
    // Embeddings are often padded to a round number; the rows beyond the tokenizer's are no tokens.
    private readonly int _vocabulary = VocabularyOf(tokenizer, config);

    // Nor are ids in between that the tokenizer has no token for, unless they end texts.
    private readonly int[] _missing = MissingIn(tokenizer, config, endTokens);

    /// <param name="model">The model, on the device, which nobody else uses; disposed with this.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="endTokens">The ids of which each ends a text.</param>
    public LanguageGenerator(CausalLanguageModel model, HuggingFaceTokenizer tokenizer, IReadOnlyCollection<int> endTokens)
        : this(new SharedModel<CausalLanguageModel>(model), model.Decoder.Config, tokenizer, endTokens)
    {
    }

    /// <summary>Tokens of the longest text, prompt and what is written together.</summary>
    public int MaxTokens { get; } = config.MaxTokens;

    /// <summary>
    /// Writes a text of its own behind a prompt, such as an answer, and gives it as it comes. The last piece says why it ended.
    /// </summary>
    /// <param name="prompt">The ids of the prompt, one at least, with all special tokens.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it before the next token.</param>
    /// <exception cref="ArgumentException">An option isn't allowed, or the prompt leaves no room for a token.</exception>
    public IEnumerable<GeneratedPiece> Generate(
        IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        Check(prompt, options);
        return Write(prompt, options, isOneText: false, cancellationToken);
    }

    /// <summary>Goes on with a text: the same, but that a blank between the text and the first word that is written is given.</summary>
    /// <inheritdoc cref="Generate"/>
    public IEnumerable<GeneratedPiece> Continue(
        IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        Check(prompt, options);
        return Write(prompt, options, isOneText: true, cancellationToken);
    }

    private void Check(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        options.Check();
        if (prompt.Count == 0)
            throw new ArgumentException("The prompt has no token. Give it a text, or a token that begins one.", nameof(prompt));
        if (prompt.Count >= MaxTokens)
        {
            throw new ArgumentException(
                $"The prompt has {prompt.Count} tokens, and the model's context {MaxTokens}, which leaves no room. Shorten the prompt.",
                nameof(prompt));
        }
    }

    private IEnumerable<GeneratedPiece> Write(
        IReadOnlyList<int> prompt, GenerationOptions options, bool isOneText, CancellationToken cancellationToken)
    {
        using var state = new DecodingState();
        var sampler = new TokenSampler(options);
        var text = new TextStream(tokenizer, options.Stop, isOneText ? prompt : []);
        var seen = new HashSet<int>(prompt);
        IReadOnlyList<int> unread = prompt;
        GenerationStop? stop = null;
        for (int count = 1; stop is null; count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] logits = model.Use(module => state.Read(module, unread));
            foreach (int id in _missing)
                logits[id] = float.NegativeInfinity;
            int token = sampler.Next(logits.AsSpan(0, _vocabulary), seen);
            seen.Add(token);
            unread = [token];
            bool isEnd = endTokens.Contains(token);
            string piece = isEnd ? "" : text.Add(token);
            stop = isEnd ? GenerationStop.EndToken
                : text.IsStopped ? GenerationStop.StopText
                : count == options.MaxTokens ? GenerationStop.MaxTokens
                : prompt.Count + count == MaxTokens ? GenerationStop.FullContext
                : null;
            if (stop is not null)
                piece += text.Finish();
            // What was held back may end with a stop text too.
            if (text.IsStopped)
                stop = GenerationStop.StopText;
            if (piece.Length > 0 || stop is not null)
                yield return new GeneratedPiece(piece, count, stop) { PromptTokens = prompt.Count };
        }
    }

    public void Dispose() => model.Dispose();

    /// <summary>How many of a model's logits are of tokens, the first ones.</summary>
    public static int VocabularyOf(HuggingFaceTokenizer tokenizer, DecoderConfig config) =>
        Math.Min(tokenizer.VocabularySize, config.VocabularySize);

    /// <summary>The ids among them that are no tokens.</summary>
    public static int[] MissingIn(HuggingFaceTokenizer tokenizer, DecoderConfig config, IReadOnlyCollection<int> endTokens) =>
    [
        .. Enumerable.Range(0, VocabularyOf(tokenizer, config)).Where(id => tokenizer.TokenOf(id) is null && !endTokens.Contains(id)),
    ];
}
