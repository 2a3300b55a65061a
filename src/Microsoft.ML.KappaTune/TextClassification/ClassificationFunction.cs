using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Tuning;
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
    : TextFunction(columns.Sentence1, columns.Sentence2, ClassificationColumns.Sentence1Role, ClassificationColumns.Sentence2Role)
{
    private int _hasNoted;

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

    public override void Compute(IReadOnlyList<EncodedText> texts, Span<float> numbers)
    {
        if (texts.Count == 1)
        {
            // One text is too little work to share, and many callers may be at it: they are the threads.
            classifier.Score(texts, numbers);
            return;
        }

        using var setting = new ThreadSetting(threads);
        classifier.Score(texts, numbers);
    }

    public override Delegate[] CreateGetters(Func<ReadOnlyMemory<float>> numbers) =>
    [
        (ValueGetter<uint>)((ref uint value) => value = Best(numbers().Span)),
        (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            ReadOnlySpan<float> scores = numbers().Span;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, scores.Length);
            scores.CopyTo(editor.Values);
            value = editor.Commit();
        }),
    ];

    public override void Cut(int texts, long? rows)
    {
        if (rows is null && Interlocked.Exchange(ref _hasNoted, 1) != 0)
            return;
        using IChannel channel = host.Start("Score");
        channel.Warning(MessageSensitivity.None, rows is null
            ? $"A text was longer than the model's {classifier.MaxTokens} tokens and was cut; others that are scored one by one won't be reported."
            : $"{texts} of {rows} texts were longer than the model's {classifier.MaxTokens} tokens and were cut.");
    }

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
