using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Texts to the probabilities of classes, and to the most probable of them.</summary>
/// <param name="classifier">The model.</param>
/// <param name="labels">What its classes stand for.</param>
/// <param name="columns">The columns.</param>
/// <param name="threads">Threads of the tensor library where many rows are scored at once; 0 for all cores.</param>
/// <param name="host">Where texts that had to be cut are noted.</param>
internal sealed class ClassificationFunction(
    TextClassifier classifier, ClassLabels labels, ClassificationColumns columns, int threads, IHost host)
    : TextFunction([.. columns.Texts], threads, host)
{
    public override IReadOnlyList<ColumnSpec> Outputs { get; } =
        [new(columns.PredictedLabel, NumberDataViewType.UInt32), new(columns.Score, NumberDataViewType.Single, IsVector: true)];

    public override int Width => labels.Count;

    public override IEnumerable<DataViewSchema.DetachedColumn> GetOutputColumns(DataViewSchema inputSchema)
    {
        DataViewSchema.Annotations.Builder predicted = ScoreAnnotations.Start(inputSchema, "PredictedLabel");
        labels.AddTo(predicted, ClassLabels.KeyValues);
        yield return new(columns.PredictedLabel, new KeyDataViewType(typeof(uint), labels.Count), predicted.ToAnnotations());

        DataViewSchema.Annotations.Builder score = ScoreAnnotations.Start(inputSchema, "Score");
        ReadOnlyMemory<char>[] names = [.. labels.Names.Select(name => name.AsMemory())];
        var slots = new VBuffer<ReadOnlyMemory<char>>(names.Length, names);
        score.Add(
            ScoreAnnotations.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => slots.CopyTo(ref value));
        labels.AddTo(score, ScoreAnnotations.TrainingLabelValues);
        yield return new(columns.Score, new VectorDataViewType(NumberDataViewType.Single, labels.Count), score.ToAnnotations());
    }

    public override EncodedText Encode(string text, string? pair) => classifier.Encode(text, pair);

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
    [
        (ValueGetter<uint>)((ref uint value) => value = Best(numbers().Span)),
        VectorGetter(numbers),
    ];

    protected override int MaxTokens => classifier.MaxTokens;

    protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers) => classifier.Score(texts, numbers);

    /// <summary>The key of the first of the highest scores; missing where none is a number.</summary>
    private static uint Best(ReadOnlySpan<float> scores)
    {
        int best = -1;
        for (int i = 0; i < scores.Length; i++)
        {
            if (!float.IsNaN(scores[i]) && (best < 0 || scores[i] > scores[best]))
                best = i;
        }

        return (uint)(best + 1);
    }
}
