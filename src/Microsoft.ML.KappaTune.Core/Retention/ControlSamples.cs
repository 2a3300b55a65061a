using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The samples of a control text for an encoder, read and tokenized once: pairs of sentences for a sentence encoder, windows for another.
/// Probes of the whole text and of its halves are made from them.
/// </summary>
internal sealed class ControlSamples
{
    private const string OtherModules =
        "What such a module makes of vectors can't be measured: use another sentence encoder, or measure nothing.";

    private readonly ControlSource _text;
    private readonly RetentionSettings _settings;
    private readonly EncoderConfig _config;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly int _maxTokens;
    private readonly bool _hasHead;

    /// <summary>How a sentence's states become its vector; null where the base isn't a sentence encoder.</summary>
    private readonly EmbeddingPooling? _pooling;

    private ControlSamples(
        Checkpoint baseModel, EncoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, int most,
        RetentionSettings settings)
    {
        (_text, _settings, _config, _tokenizer) = (text, settings, config, tokenizer);
        _maxTokens = settings.Longest(config.MaxTokens, tokenizer);
        _hasHead = tokenizer.MaskId >= 0 && MaskedLanguageModel.IsIn(baseModel, config);
        // A folder that says how sentences are pooled is a sentence encoder, whatever head its first training left in it.
        _pooling = SentenceModules.FindPooling(baseModel.Folder, OtherModules);
        if (_pooling is not null)
        {
            SentenceModules.RequireTextsAsTheyAre(baseModel.Folder, tokenizer);
            All = SentencePairs.Read(
                text, most, _maxTokens, settings.Seed, (sentence, length) => tokenizer.Encode(sentence, null, length).Ids);
            return;
        }

        int special = (tokenizer.ClassificationId >= 0 ? 1 : 0) + (tokenizer.SeparatorId >= 0 ? 1 : 0);
        All = ControlText.Read(text, most, _maxTokens - special, tokenizer.EncodePrefix);
    }

    /// <summary>All of them, in the order in which they are measured.</summary>
    public IReadOnlyList<ControlSample> All { get; }

    /// <summary>The share of their tokens for which the tokenizer has none, special ones aside.</summary>
    public double UnknownShare
    {
        get
        {
            int[] tokens =
            [
                .. All.SelectMany(sample => sample.Ids).SelectMany(ids => ids)
                    .Where(id => id != _tokenizer.ClassificationId && id != _tokenizer.SeparatorId),
            ];
            return tokens.Length == 0 || _tokenizer.UnknownId < 0 ? 0
                : (double)tokens.Count(id => id == _tokenizer.UnknownId) / tokens.Length;
        }
    }

    /// <summary>Reads the text.</summary>
    /// <param name="baseModel">The checkpoint that training begins from.</param>
    /// <param name="most">Samples at most; they are taken evenly over the text.</param>
    /// <param name="settings">How to measure; the defaults are for all.</param>
    /// <exception cref="IOException">The text can't be read.</exception>
    /// <exception cref="FormatException">The text isn't UTF-8, or is too short.</exception>
    public static ControlSamples Read(
        Checkpoint baseModel, EncoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, int most,
        RetentionSettings? settings = null) => new(baseModel, config, tokenizer, text, most, settings ?? new());

    /// <summary>Makes a probe of the text or of a part of it; each hides tokens anew, from the same seed.</summary>
    /// <param name="part">The part; null for all of the text.</param>
    /// <param name="task">Rows of the task; null for none.</param>
    /// <exception cref="FormatException">There are too few samples for halves.</exception>
    public RetentionProbe Probe(RetentionPart? part = null, IReadOnlyList<TaskText>? task = null)
    {
        IReadOnlyList<ControlSample> samples = part?.Choose(All, sample => sample.Tokens, _text) ?? All;
        MaskedWindow[] inputs =
            _hasHead && task is not null ? TaskInputs.Masked(task, _tokenizer, NewMask(), _settings, _maxTokens) : [];
        return _pooling is { } pooling ? OfPairs(samples, pooling, inputs) : OfWindows(samples, inputs);
    }

    private RetentionProbe OfPairs(IReadOnlyList<ControlSample> pairs, EmbeddingPooling pooling, MaskedWindow[] task)
    {
        int[][] sentences = [.. pairs.SelectMany(pair => pair.Ids)];
        // Windows of similar length go together, because a batch is padded to its longest.
        int[] order = [.. Enumerable.Range(0, sentences.Length).OrderBy(sentence => sentences[sentence].Length)];
        return new(
            _text, _settings, RetentionObjective.SentencePairs, order.Select(sentence => MaskedWindow.Whole(sentences[sentence])), task,
            _hasHead, () => new(pooling, order, _settings.PairsPerGroup));
    }

    private RetentionProbe OfWindows(IReadOnlyList<ControlSample> samples, MaskedWindow[] task)
    {
        (int classify, int separator) = (_tokenizer.ClassificationId, _tokenizer.SeparatorId);
        TokenMask mask = NewMask();
        return new(
            _text, _settings, _hasHead ? RetentionObjective.MaskedTokens : null,
            samples.Select(sample => _hasHead
                ? mask.Hide(sample.Ids[0], classify, separator) : TokenMask.Whole(sample.Ids[0], classify, separator)),
            task, _hasHead);
    }

    private TokenMask NewMask() => new(_settings.Seed, _settings.MaskedShare, _tokenizer.MaskId, _config.VocabularySize);
}
