using Microsoft.ML.KappaTune.Rows;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Texts to the probabilities of classes, and to the most probable of them.</summary>
/// <param name="host">Where texts that had to be cut are noted.</param>
internal sealed class ClassificationFunction(ClassificationModel model, IHost host)
    : TextFunction([.. model.Columns.Texts], model.Threads, host)
{
    private readonly LabelValues _labels = model.Labels;
    private readonly ClassificationColumns _columns = model.Columns;

    public override IReadOnlyList<ColumnSpec> Outputs { get; } =
    [
        new(model.Columns.PredictedLabel, NumberDataViewType.UInt32),
        new(model.Columns.Score, NumberDataViewType.Single, IsVector: true),
    ];

    public override int Width => _labels.Count;

    public override IEnumerable<DataViewSchema.DetachedColumn> GetOutputColumns(DataViewSchema inputSchema)
    {
        DataViewSchema.Annotations.Builder predicted = ScoreAnnotations.Start(inputSchema, "PredictedLabel");
        _labels.AddTo(predicted, LabelValues.KeyValues);
        yield return new(_columns.PredictedLabel, new KeyDataViewType(typeof(uint), _labels.Count), predicted.ToAnnotations());

        DataViewSchema.Annotations.Builder score = ScoreAnnotations.Start(inputSchema, "Score");
        ReadOnlyMemory<char>[] names = [.. _labels.Names.Select(name => name.AsMemory())];
        var slots = new VBuffer<ReadOnlyMemory<char>>(names.Length, names);
        score.Add(
            ScoreAnnotations.SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => slots.CopyTo(ref value));
        _labels.AddTo(score, ScoreAnnotations.TrainingLabelValues);
        yield return new(_columns.Score, new VectorDataViewType(NumberDataViewType.Single, _labels.Count), score.ToAnnotations());
    }

    public override EncodedText Encode(string text, string? pair) => model.Classifier.Encode(text, pair);

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
    [
        (ValueGetter<uint>)((ref uint value) => value = Best(numbers().Span)),
        VectorGetter(numbers),
    ];

    protected override int MaxTokens => model.Classifier.MaxTokens;

    protected override void Run(IReadOnlyList<EncodedText> texts, Span<float> numbers) => model.Classifier.Score(texts, numbers);

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
