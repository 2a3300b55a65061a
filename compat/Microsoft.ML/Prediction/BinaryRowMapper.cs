using Microsoft.ML.Trainers;

namespace Microsoft.ML.Data;

/// <summary>Computes PredictedLabel, Score and Probability of a row; the model runs once a row for all.</summary>
internal sealed class BinaryRowMapper(IBinaryScorer scorer, DataViewSchema inputSchema, DataViewSchema.Column feature) : IRowMapper
{
    public DataViewSchema.DetachedColumn[] GetOutputColumns() =>
    [
        new("PredictedLabel", BooleanDataViewType.Instance, Annotate(AnnotationUtils.Const.ScoreValueKind.PredictedLabel)),
        new("Score", NumberDataViewType.Single, Annotate(AnnotationUtils.Const.ScoreValueKind.Score)),
        new("Probability", NumberDataViewType.Single, Annotate(AnnotationUtils.Const.ScoreValueKind.Probability, builder =>
            builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true))),
    ];

    public bool DependsOn(int output, int input) => input == feature.Index;

    public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer)
    {
        disposer = null;
        if (!isActive(0) && !isActive(1) && !isActive(2))
            return [null, null, null];

        ValueGetter<VBuffer<float>> featuresOf = input.GetGetter<VBuffer<float>>(input.Schema[feature.Index]);
        VBuffer<float> features = default;
        float lastScore = 0;
        long scored = -1;
        ValueGetter<bool> predictedLabel = (ref bool value) => value = Score() > 0;
        ValueGetter<float> score = (ref float value) => value = Score();
        ValueGetter<float> probability = (ref float value) => value = scorer.Probability(Score());
        return [isActive(0) ? predictedLabel : null, isActive(1) ? score : null, isActive(2) ? probability : null];

        float Score()
        {
            if (scored == input.Position)
                return lastScore;
            featuresOf(ref features);
            Contracts.Check(null, features.Length == scorer.FeatureCount);
            lastScore = scorer.Score(features);
            scored = input.Position;
            return lastScore;
        }
    }

    private DataViewSchema.Annotations Annotate(string valueKind, Action<DataViewSchema.Annotations.Builder>? more = null) =>
        ScoreColumns.Annotate(inputSchema, AnnotationUtils.Const.ScoreColumnKind.BinaryClassification, valueKind, more);
}
