using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads labels, scores and, where their column is named, probabilities from a data view and counts them.</summary>
internal static class BinaryEvaluator
{
    public static BinaryTally Evaluate(
        IExceptionContext context, IDataView data, string labelName, string scoreName, string? probabilityName, string predictedLabelName)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column label = EvaluationColumns.Find(context, schema, labelName, "Label");
        DataViewSchema.Column score = EvaluationColumns.Find(context, schema, scoreName, "Score");
        DataViewSchema.Column predicted = EvaluationColumns.Find(context, schema, predictedLabelName, "PredictedLabel");
        DataViewSchema.Column? probability = probabilityName is null ? null
            : EvaluationColumns.Find(context, schema, probabilityName, "Probability");
        if (label.Type is not BooleanDataViewType && label.Type != NumberDataViewType.Single)
            throw context.ExceptSchemaMismatch(nameof(schema), "label", labelName, "Single or Boolean", label.Type.ToString()!);
        CheckSingle(context, score, "score");
        if (probability is { } column)
            CheckSingle(context, column, "probability");

        bool hasPrediction = predicted.Type is BooleanDataViewType;
        var tally = new BinaryTally();
        List<DataViewSchema.Column> needed = [label, score];
        if (hasPrediction)
            needed.Add(predicted);
        if (probability is { } last)
            needed.Add(last);
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        Func<bool?> labelOf = LabelGetter(cursor, label);
        ValueGetter<float> scoreOf = cursor.GetGetter<float>(score);
        ValueGetter<float> probabilityOf = probability is { } known
            ? cursor.GetGetter<float>(known)
            : (ref float value) => value = float.NaN;
        ValueGetter<bool>? predictionOf = hasPrediction ? cursor.GetGetter<bool>(predicted) : null;
        while (cursor.MoveNext())
        {
            float scored = 0, sure = 0;
            bool prediction = false;
            scoreOf(ref scored);
            if (labelOf() is not bool truth || float.IsNaN(scored))
                continue;
            probabilityOf(ref sure);
            if (predictionOf is null)
                prediction = scored > 0;
            else
                predictionOf(ref prediction);
            tally.Add(truth, prediction, scored, sure);
        }

        return tally;
    }

    private static void CheckSingle(IExceptionContext context, DataViewSchema.Column column, string role)
    {
        if (column.Type != NumberDataViewType.Single)
            throw context.ExceptSchemaMismatch("schema", role, column.Name, "Single", column.Type.ToString()!);
    }

    private static Func<bool?> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is BooleanDataViewType)
        {
            ValueGetter<bool> truth = row.GetGetter<bool>(label);
            return () =>
            {
                bool value = false;
                truth(ref value);
                return value;
            };
        }

        ValueGetter<float> number = row.GetGetter<float>(label);
        return () =>
        {
            float value = 0;
            number(ref value);
            return float.IsNaN(value) ? null : value > 0;
        };
    }
}
