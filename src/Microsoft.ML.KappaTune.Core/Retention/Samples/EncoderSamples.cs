using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention.Samples;

/// <summary>
/// Samples for an encoder: pairs of sentences for a sentence encoder, windows for another, of which each probe hides tokens anew.
/// </summary>
internal sealed class EncoderSamples : ControlSamples
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

    public EncoderSamples(
        Checkpoint baseModel, EncoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, int most,
        RetentionSettings settings) : base(tokenizer)
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

    public override IReadOnlyList<ControlSample> All { get; }

    public override RetentionProbe Probe(RetentionPart? part = null, IReadOnlyList<TaskText>? task = null)
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
