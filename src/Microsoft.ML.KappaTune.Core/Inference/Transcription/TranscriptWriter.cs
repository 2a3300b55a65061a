using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Inference;

/// <summary>Chooses the tokens of one transcript, one by one, and makes its text. For one thread.</summary>
/// <param name="endTokens">The ids of which each ends a text.</param>
/// <param name="missing">Ids that are no tokens.</param>
/// <param name="options">Checked options.</param>
/// <param name="prompt">The tokens before it.</param>
/// <param name="places">Which of these are places of vectors, and nothing that was written.</param>
internal sealed class TranscriptWriter(
    HuggingFaceTokenizer tokenizer, IReadOnlyCollection<int> endTokens, int[] missing, GenerationOptions options, int[] prompt,
    Range places)
{
    private readonly TokenSampler _sampler = new(options);
    private readonly TextStream _stream = new(tokenizer, options.Stop);
    private readonly StringBuilder _text = new();
    private readonly HashSet<int> _seen = [.. prompt[..places.Start], .. prompt[places.End..]];
    private readonly List<int> _tokens = [];

    // The sum up to each token.
    private readonly List<double> _logLikelihoods = [];
    private double _silence;
    private GenerationStop? _stop;
    private int? _kept;

    public bool IsDone => _stop is not null;

    /// <summary>The token that was chosen last.</summary>
    public int Last => _tokens[^1];

    /// <summary>Chooses the next token; does nothing where the text has ended.</summary>
    /// <param name="logits">A logit for each of the model's tokens; they are overwritten.</param>
    /// <param name="vocabulary">How many of them may be chosen.</param>
    /// <param name="isFull">Whether there is no room for another one.</param>
    public void Add(Span<float> logits, int vocabulary, bool isFull)
    {
        if (IsDone)
            return;
        double all = LogOfSum(logits);
        if (_tokens.Count == 0)
            _silence = Silence(logits, all);
        float[] before = [.. logits[..vocabulary]];
        foreach (int id in missing)
            logits[id] = float.NegativeInfinity;
        int token = _sampler.Next(logits[..vocabulary], _seen);
        _logLikelihoods.Add((_logLikelihoods.Count > 0 ? _logLikelihoods[^1] : 0) + (before[token] - all));
        _seen.Add(token);
        _tokens.Add(token);
        bool isEnd = endTokens.Contains(token);
        if (!isEnd)
            _text.Append(_stream.Add(token));
        _kept = TokenRepetition.EndOfFirst(CollectionsMarshal.AsSpan(_tokens));
        _stop = isEnd ? GenerationStop.EndToken
            : _stream.IsStopped ? GenerationStop.StopText
            : _kept is not null || _tokens.Count == options.MaxTokens ? GenerationStop.MaxTokens
            : isFull ? GenerationStop.FullContext
            : null;
        if (_stop is null)
            return;
        _text.Append(_stream.Finish());
        // What was held back may end with a stop text too.
        if (_stream.IsStopped)
            _stop = GenerationStop.StopText;
    }

    public Transcript Result()
    {
        string text = _kept is { } first ? TextOf(_tokens[..first]) : _text.ToString();
        int count = _kept ?? _tokens.Count;
        return new(text.Trim(), count, _logLikelihoods[count - 1], _silence, _stop!.Value, _kept is not null);
    }

    /// <summary>log Σ exp(x).</summary>
    private static double LogOfSum(ReadOnlySpan<float> logits)
    {
        (double largest, double sum) = (double.NegativeInfinity, 0);
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }

    private double Silence(ReadOnlySpan<float> logits, double all)
    {
        double silence = 0;
        foreach (int end in endTokens)
            silence += end < logits.Length ? Math.Exp(logits[end] - all) : 0;
        return silence;
    }

    private string TextOf(IEnumerable<int> tokens)
    {
        var stream = new TextStream(tokenizer, options.Stop);
        return string.Concat(tokens.Select(stream.Add)) + stream.Finish();
    }
}
