using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>Texts, prompts and completions, or conversations, to how likely they are and, if asked for, to what follows them.</summary>
internal sealed class LanguageModelFunction : TextFunction
{
    private readonly TunedLanguageModel _model;
    private readonly GeneratedTexts? _generated;
    private readonly BeginningCheck _beginning;

    /// <param name="host">Where texts that had to be cut are noted.</param>
    public LanguageModelFunction(TunedLanguageModel model, IHost host) : base([.. model.Columns.Texts], model.Threads, host)
    {
        _model = model;
        Outputs = model.Columns.Added;
        _generated = model.Columns.GeneratedText is null ? null : new(model, Warn);
        _beginning = new(model.Scorer.Tokenizer, Warn);
    }

    public override IReadOnlyList<ColumnSpec> Outputs { get; }

    public override int Width => LanguageModelScorer.NumberCount;

    /// <remarks>The second segment is what counts.</remarks>
    public override EncodedText Encode(string text, string? pair)
    {
        EncodedExample example = _model.Conversations is { } conversations
            ? _model.Scorer.Encode(conversations.Encode(text))
            : _model.Scorer.Encode(text, pair);
        _beginning.Check(example.Ids);
        int[] segments = [.. example.Counted.Select(isCounted => isCounted ? 1 : 0)];
        return new(example.Ids, segments, example.IsTruncated, example.Ids.Length);
    }

    public override EncodedText EncodeRow(long row, string text, string? pair)
    {
        try
        {
            return Encode(text, pair);
        }
        catch (FormatException e)
        {
            throw ConversationEncoder.At($"row {row + 1}, column '{_model.Columns.Messages}'", e);
        }
    }

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
    [
        (ValueGetter<float>)((ref float value) => value = numbers().Span[0]),
        (ValueGetter<float>)((ref float value) => value = numbers().Span[1]),
    ];

    public override Delegate[] CreateTextGetters(DataViewRow row, Func<(string Text, string? Pair)> texts) =>
        _generated is null ? [] : [_generated.CreateGetter(row, texts)];

    protected override int MaxTokens => _model.Scorer.Texts.MaxTokens;

    protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers) =>
        _model.Scorer.Score([.. texts.Select(Example)], numbers);

    private static EncodedExample Example(EncodedText text) =>
        new(text.Ids, [.. text.TypeIds.Select(type => type == 1)], text.Truncated, CrossesPrompt: false);
}
