using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.TextEmbedding;

/// <summary>Texts to vectors, in an ML.NET column.</summary>
/// <param name="host">Where texts that had to be cut are noted.</param>
internal sealed class EmbeddingFunction(TextEmbedder embedder, KappaTuneEmbeddingEstimator.Options options, IHost host)
    : TextFunction([InputOf(options)], options.Threads, host)
{
    public override IReadOnlyList<ColumnSpec> Outputs { get; } = [new(options.OutputColumnName, NumberDataViewType.Single, IsVector: true)];

    public override int Width => embedder.Size;

    public override int MaximumRows => options.BatchSize;

    public override IEnumerable<DataViewSchema.DetachedColumn> GetOutputColumns(DataViewSchema inputSchema) =>
        [new(options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, embedder.Size))];

    public override EncodedText Encode(string text, string? pair) => embedder.Encode(text);

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) => [VectorGetter(numbers)];

    /// <summary>The text's column.</summary>
    public static ColumnSpec InputOf(KappaTuneEmbeddingEstimator.Options options) =>
        new(options.InputColumnName, TextDataViewType.Instance) { Parameter = "inputColumnName" };

    protected override int MaxTokens => embedder.MaxTokens;

    protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers) => embedder.Embed(texts, numbers);
}
