using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>Texts, or prompts and completions, to how likely they are.</summary>
/// <param name="host">Where texts that had to be cut are noted.</param>
internal sealed class LanguageModelFunction(TunedLanguageModel model, IHost host)
    : TextFunction([.. model.Columns.Texts], model.Threads, host)
{
    public override IReadOnlyList<ColumnSpec> Outputs { get; } = model.Columns.Added;

    public override int Width => LanguageModelScorer.NumberCount;

    /// <remarks>The second segment is what counts.</remarks>
    public override EncodedText Encode(string text, string? pair)
    {
        EncodedExample example = model.Scorer.Encode(text, pair);
        int[] segments = [.. example.Counted.Select(isCounted => isCounted ? 1 : 0)];
        return new(example.Ids, segments, example.IsTruncated, example.Ids.Length);
    }

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
    [
        (ValueGetter<float>)((ref float value) => value = numbers().Span[0]),
        (ValueGetter<float>)((ref float value) => value = numbers().Span[1]),
    ];

    protected override int MaxTokens => model.Scorer.Texts.MaxTokens;

    protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers) =>
        model.Scorer.Score([.. texts.Select(Example)], numbers);

    private static EncodedExample Example(EncodedText text) =>
        new(text.Ids, [.. text.TypeIds.Select(type => type == 1)], text.Truncated, CrossesPrompt: false);
}
