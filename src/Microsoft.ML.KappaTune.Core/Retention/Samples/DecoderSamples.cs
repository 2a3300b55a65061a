using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Retention.Samples;

/// <summary>
/// Windows of a control text for a decoder. Probes of halves have windows that share nothing, in which tokens are guessed once there is as
/// much context as in the overlapping windows of the whole text.
/// </summary>
internal sealed class DecoderSamples : ControlSamples
{
    private readonly DecoderConfig _config;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly ControlSource _text;
    private readonly RetentionSettings _settings;
    private readonly int _maxTokens;

    public DecoderSamples(
        DecoderConfig config, HuggingFaceTokenizer tokenizer, ControlSource text, int most, RetentionSettings settings) : base(tokenizer)
    {
        (_config, _tokenizer, _text, _settings) = (config, tokenizer, text, settings);
        _maxTokens = settings.Longest(config.MaxTokens, tokenizer) - (tokenizer.BeginId >= 0 ? 1 : 0);
        All = ControlText.Read(text, most, _maxTokens, tokenizer.EncodePrefix);
    }

    public override IReadOnlyList<ControlSample> All { get; }

    public override RetentionProbe Probe(RetentionPart? part = null, IReadOnlyList<TaskText>? task = null)
    {
        if (part is null)
            return RetentionProbe.Create(_config, _tokenizer, _text, _settings, task);
        int context = _maxTokens - StridedText.StrideOf(_settings, _maxTokens);
        return new(
            _text, _settings, RetentionObjective.NextToken,
            part.Choose(All, sample => sample.Tokens, _text)
                .Select(sample => StridedText.Window(TokensOf(sample), Math.Min(context, sample.Tokens / 2), _tokenizer.BeginId)),
            task is null ? [] : TaskInputs.Next(task, _tokenizer, _settings, _maxTokens), hasHead: true);
    }

    private TextToken[] TokensOf(ControlSample sample)
    {
        int end = 0;
        return [.. _tokenizer.EncodeWithOffsets(sample.Text).Select(token => TextToken.Of(sample.Text, ref end, token)).Take(_maxTokens)];
    }
}
