using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// Measures what a model kept of its base: both see the same windows of a control text and guess the same tokens of it, encoders under the
/// base model's head, for theirs is another task's, decoders each under its own. The hidden states that are compared are those of these
/// windows, so one pass of each model gives all.
/// </summary>
internal sealed class RetentionProbe
{
    private readonly string _text;
    private readonly RetentionSettings _settings;
    private readonly RetentionObjective? _objective;

    private RetentionProbe(string text, RetentionSettings settings, RetentionObjective? objective, IReadOnlyList<MaskedWindow> windows)
    {
        _text = text;
        _settings = settings;
        _objective = objective;
        Windows = windows;
    }

    public IReadOnlyList<MaskedWindow> Windows { get; }

    /// <summary>Reads the control text, so that a bad one is known before the training and not after it.</summary>
    /// <param name="baseModel">The checkpoint that training begins from.</param>
    /// <param name="config">Its architecture.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="textPath">The control text.</param>
    /// <param name="settings">How to measure; the defaults are for all.</param>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static RetentionProbe Create(
        Checkpoint baseModel, EncoderConfig config, HuggingFaceTokenizer tokenizer, string textPath, RetentionSettings? settings = null)
    {
        settings ??= new();
        (int classify, int separator) = (tokenizer.ClassifyId, tokenizer.SeparatorId);
        int special = (classify >= 0 ? 1 : 0) + (separator >= 0 ? 1 : 0);
        int room = Math.Min(settings.WindowTokens, config.MaxTokens) - special;
        bool hasHead = tokenizer.MaskId >= 0 && ModelLoader.HasPredictionHead(baseModel, config);
        var mask = new TokenMask(settings.Seed, settings.MaskedShare, tokenizer.MaskId, config.VocabularySize);
        List<int[]> windows = ControlText.Read(textPath, settings.MaxWindows, room, tokenizer.EncodeStart);
        return new(
            textPath, settings, hasHead ? RetentionObjective.MaskedTokens : null,
            [.. windows.Select(ids => hasHead ? mask.Hide(ids, classify, separator) : TokenMask.Whole(ids, classify, separator))]);
    }

    /// <summary>The same for a decoder: the text's next tokens, by windows that overlap. No more of the text is kept than them.</summary>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static RetentionProbe Create(
        DecoderConfig config, HuggingFaceTokenizer tokenizer, string textPath, RetentionSettings? settings = null)
    {
        settings ??= new();
        int begin = tokenizer.BeginId, room = Math.Min(settings.WindowTokens, config.MaxTokens) - (begin >= 0 ? 1 : 0);
        var text = new TextTokens(textPath, tokenizer.EncodePlaces);
        return new(
            textPath, settings, RetentionObjective.NextToken,
            StridedText.Read(text.Read, settings.MaxWindows, room, Math.Clamp(settings.StrideTokens, 1, room / 2), begin)
                ?? throw ControlText.TooShort(textPath));
    }

    /// <summary>Loads the base model from its checkpoint, as it was before training, and compares. The encoder is left as it is.</summary>
    /// <param name="baseModel">The checkpoint that training began from.</param>
    /// <param name="tuned">The encoder after training.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <param name="progress">Told the windows that are done, and of how many; null for nobody.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, TextEncoder tuned, CancellationToken cancellationToken, Action<int, int>? progress = null)
    {
        (ScalarType dtype, Device device) = (tuned.WordEmbeddings.dtype, tuned.WordEmbeddings.device);
        if (_objective is null)
        {
            using TextEncoder encoder = ModelLoader.LoadEncoder(baseModel, tuned.Config, dtype, device);
            return InEvaluation(new(encoder, null), new(tuned, null), cancellationToken, progress);
        }

        using MaskedLanguageModel language = ModelLoader.LoadMaskedLanguageModel(baseModel, tuned.Config, dtype, device);
        return InEvaluation(new(language, language.Encoder, language.Head), new(tuned, language.Head), cancellationToken, progress);
    }

    /// <summary>
    /// The same for a decoder. Adapters that it carries are part of it, and not of its base; its head may be one of its own where the base's
    /// is tied.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RetentionReport Measure(
        Checkpoint baseModel, CausalLanguageModel tuned, CancellationToken cancellationToken, Action<int, int>? progress = null)
    {
        (ScalarType dtype, Device device) = (tuned.Decoder.WordEmbeddings.dtype, tuned.Decoder.WordEmbeddings.device);
        using CausalLanguageModel language = ModelLoader.LoadCausalLanguageModel(baseModel, dtype: dtype, device: device);
        return InEvaluation(
            new(language, language.Decoder, language.Head), new(tuned, tuned.Decoder, tuned.Head), cancellationToken, progress);
    }

    /// <summary>Compares both in evaluation mode, which the tuned model leaves afterwards if it was in training.</summary>
    private RetentionReport InEvaluation(Side before, Side after, CancellationToken cancellationToken, Action<int, int>? progress)
    {
        bool wasTraining = after.Module.training;
        before.Module.eval();
        after.Module.eval();
        try
        {
            return Compare(before, after, cancellationToken, progress);
        }
        finally
        {
            after.Module.train(wasTraining);
        }
    }

    private RetentionReport Compare(Side before, Side after, CancellationToken cancellationToken, Action<int, int>? progress)
    {
        using var guard = no_grad();
        int done = 0;
        (TransformerStack first, TransformerStack second) = (before.Stack, after.Stack);
        StateDrift[] drift = [.. Enumerable.Range(0, first.StageCount).Select(_ => new StateDrift())];
        GuessTally guessesBefore = new(), guessesAfter = new();
        try
        {
            foreach (MaskedWindow[] windows in Windows.Chunk(_settings.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var batch = new WindowBatch(windows, first.PaddingId, first.WordEmbeddings.device);
                Tensor biasBefore = first.AttentionBias(batch.Mask), biasAfter = second.AttentionBias(batch.Mask);
                Tensor x = first.Embed(batch.Ids, batch.Mask, null), y = second.Embed(batch.Ids, batch.Mask, null);
                drift[0].Add(x, y, batch.Mask);
                for (int layer = 1; layer < first.StageCount; layer++)
                {
                    (Tensor lowerX, Tensor lowerY) = (x, y);
                    (x, y) = (first.Layer(layer - 1, x, biasBefore), second.Layer(layer - 1, y, biasAfter));
                    lowerX.Dispose();
                    lowerY.Dispose();
                    drift[layer].Add(x, y, batch.Mask);
                }

                if (before.Head is { } headBefore && after.Head is { } headAfter)
                {
                    guessesBefore.Add(batch, headBefore(batch.HiddenPlaces(x)));
                    guessesAfter.Add(batch, headAfter(batch.HiddenPlaces(y)));
                }

                done += windows.Length;
                progress?.Invoke(done, Windows.Count);
            }

            return Report(drift, guessesBefore, guessesAfter);
        }
        finally
        {
            foreach (StateDrift layer in drift)
                layer.Dispose();
        }
    }

    private RetentionReport Report(StateDrift[] drift, GuessTally before, GuessTally after)
    {
        var bootstrap = new Bootstrap(_settings.Seed, _settings.Resamples);
        double[] tokens = [.. Windows.Select(window => (double)window.Ids.Length)];
        double[] guesses = [.. Windows.Select(window => (double)window.Targets.Count(target => target >= 0))];
        double[] lossBefore = [.. before.Losses], lossAfter = [.. after.Losses];
        return new()
        {
            Text = _text,
            Windows = Windows.Count,
            Tokens = (int)tokens.Sum(),
            MaskedTokens = (int)guesses.Sum(),
            Objective = _objective,
            Loss = _objective is null ? null : bootstrap.Change(lossBefore, lossAfter, guesses),
            Accuracy = _objective is null ? null : bootstrap.Change([.. before.Right], [.. after.Right], guesses),
            Perplexity = _objective is RetentionObjective.NextToken ? bootstrap.Perplexity(lossBefore, lossAfter, guesses) : null,
            Drift =
            [
                .. drift.Select((states, layer) => new RetentionDrift
                {
                    Layer = layer,
                    CosineDistance = bootstrap.Mean(states.Distances, tokens),
                    LinearCka = states.LinearCka(),
                }),
            ],
        };
    }

    /// <summary>A model as it is measured.</summary>
    /// <param name="Module">What is set to evaluation mode.</param>
    /// <param name="Stack">What gives states.</param>
    /// <param name="Head">States, [M, H], to logits, [M, vocabulary]; null for none.</param>
    private readonly record struct Side(nn.Module Module, TransformerStack Stack, Func<Tensor, Tensor>? Head)
    {
        public Side(TransformerStack stack, Func<Tensor, Tensor>? head)
            : this(stack, stack, head)
        {
        }
    }
}
