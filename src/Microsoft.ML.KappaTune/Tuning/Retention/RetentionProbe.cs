using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// Measures what an encoder kept of its base model: both see the same windows of a control text with the same tokens hidden, under the
/// base model's head. The hidden states that are compared are those of these windows, so one pass of each model gives all.
/// </summary>
internal sealed class RetentionProbe
{
    private readonly string _text;
    private readonly RetentionSettings _settings;
    private readonly bool _hasHead;

    private RetentionProbe(string text, RetentionSettings settings, bool hasHead, IReadOnlyList<MaskedWindow> windows)
    {
        _text = text;
        _settings = settings;
        _hasHead = hasHead;
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
            textPath, settings, hasHead,
            [.. windows.Select(ids => hasHead ? mask.Hide(ids, classify, separator) : TokenMask.Whole(ids, classify, separator))]);
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
        EncoderConfig config = tuned.Config;
        (ScalarType dtype, Device device) = (tuned.WordEmbeddings.dtype, tuned.WordEmbeddings.device);
        using MaskedLanguageModel? language =
            _hasHead ? ModelLoader.LoadMaskedLanguageModel(baseModel, config, dtype, device) : null;
        using TextEncoder? encoder = _hasHead ? null : ModelLoader.LoadEncoder(baseModel, config, dtype, device);
        bool wasTraining = tuned.training;
        language?.eval();
        encoder?.eval();
        tuned.eval();
        try
        {
            return Measure(language?.Encoder ?? encoder!, language is null ? null : language.Head, tuned, cancellationToken, progress);
        }
        finally
        {
            tuned.train(wasTraining);
        }
    }

    /// <param name="before">The base model's encoder.</param>
    /// <param name="head">The base model's head: states, [M, H], to logits, [M, vocabulary]; null for none.</param>
    /// <param name="after">The tuned encoder.</param>
    /// <param name="cancellationToken">Ends it between batches.</param>
    /// <param name="progress">Told the windows that are done, and of how many.</param>
    private RetentionReport Measure(
        TextEncoder before, Func<Tensor, Tensor>? head, TextEncoder after, CancellationToken cancellationToken, Action<int, int>? progress)
    {
        using var guard = no_grad();
        int done = 0;
        StateDrift[] drift = [.. Enumerable.Range(0, before.StageCount).Select(_ => new StateDrift())];
        GuessTally guessesBefore = new(), guessesAfter = new();
        try
        {
            foreach (MaskedWindow[] windows in Windows.Chunk(_settings.BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var batch = new WindowBatch(windows, before.Config.PadTokenId, before.WordEmbeddings.device);
                Tensor biasBefore = before.AttentionBias(batch.Mask), biasAfter = after.AttentionBias(batch.Mask);
                Tensor x = before.Embed(batch.Ids, batch.Mask, null), y = after.Embed(batch.Ids, batch.Mask, null);
                drift[0].Add(x, y, batch.Mask);
                for (int layer = 1; layer < before.StageCount; layer++)
                {
                    (Tensor lowerX, Tensor lowerY) = (x, y);
                    (x, y) = (before.Layer(layer - 1, x, biasBefore), after.Layer(layer - 1, y, biasAfter));
                    lowerX.Dispose();
                    lowerY.Dispose();
                    drift[layer].Add(x, y, batch.Mask);
                }

                if (head is not null)
                {
                    guessesBefore.Add(batch, head(batch.HiddenPlaces(x)));
                    guessesAfter.Add(batch, head(batch.HiddenPlaces(y)));
                }

                done += windows.Length;
                progress?.Invoke(done, Windows.Count);
            }

            return Report(drift, head is null ? null : (guessesBefore, guessesAfter));
        }
        finally
        {
            foreach (StateDrift layer in drift)
                layer.Dispose();
        }
    }

    private RetentionReport Report(StateDrift[] drift, (GuessTally Before, GuessTally After)? guesses)
    {
        var bootstrap = new Bootstrap(_settings.Seed, _settings.Resamples);
        double[] tokens = [.. Windows.Select(window => (double)window.Ids.Length)];
        double[] masked = [.. Windows.Select(window => (double)window.Targets.Count(target => target >= 0))];
        return new()
        {
            Text = _text,
            Windows = Windows.Count,
            Tokens = (int)tokens.Sum(),
            MaskedTokens = (int)masked.Sum(),
            Loss = guesses is { } loss ? bootstrap.Change([.. loss.Before.Losses], [.. loss.After.Losses], masked) : null,
            Accuracy = guesses is { } right ? bootstrap.Change([.. right.Before.Right], [.. right.After.Right], masked) : null,
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
}
