using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>Computes PredictedLabel and Score of a row; the model runs once a row for both.</summary>
internal sealed class MulticlassRowMapper(
    IMulticlassScorer scorer, LabelValues labels, DataViewSchema inputSchema, DataViewSchema.Column feature) : IRowMapper
{
    private const string Kind = AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;

    public DataViewSchema.DetachedColumn[] GetOutputColumns()
    {
        DataViewSchema.Annotations predicted =
            ScoreColumns.Annotate(inputSchema, Kind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel, builder =>
            labels.AddTo(builder, AnnotationUtils.Kinds.KeyValues));
        DataViewSchema.Annotations score = ScoreColumns.Annotate(inputSchema, Kind, AnnotationUtils.Const.ScoreValueKind.Score, builder =>
        {
            labels.AddSlotNamesTo(builder);
            labels.AddTo(builder, AnnotationUtils.Kinds.TrainingLabelValues);
        });
        return
        [
            new("PredictedLabel", new KeyDataViewType(typeof(uint), labels.Count), predicted),
            new("Score", new VectorDataViewType(NumberDataViewType.Single, labels.Count), score),
        ];
    }

    public bool DependsOn(int output, int input) => input == feature.Index;

    public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer)
    {
        disposer = null;
        if (!isActive(0) && !isActive(1))
            return [null, null];

        ValueGetter<VBuffer<float>> featuresOf = input.GetGetter<VBuffer<float>>(input.Schema[feature.Index]);
        VBuffer<float> features = default;
        var scores = new float[labels.Count];
        long scored = -1;
        ValueGetter<uint> predictedLabel = (ref uint value) =>
        {
            Score();
            value = ArgMax(scores);
        };
        ValueGetter<VBuffer<float>> score = (ref VBuffer<float> value) =>
        {
            Score();
            var editor = VBufferEditor.Create(ref value, scores.Length);
            scores.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return [isActive(0) ? predictedLabel : null, isActive(1) ? score : null];

        void Score()
        {
            if (scored == input.Position)
                return;
            featuresOf(ref features);
            Contracts.Check(null, features.Length == scorer.FeatureCount);
            scorer.Score(features, scores);
            scored = input.Position;
        }
    }

    /// <summary>The key of the first of the highest scores; missing where none is a number.</summary>
    private static uint ArgMax(float[] scores)
    {
        int best = -1;
        for (int c = 0; c < scores.Length; c++)
            if (!float.IsNaN(scores[c]) && (best < 0 || scores[c] > scores[best]))
                best = c;
        return (uint)(best + 1);
    }
}
