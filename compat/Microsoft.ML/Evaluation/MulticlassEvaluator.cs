using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads labels and scores from a data view and computes the multiclass metrics.</summary>
internal static class MulticlassEvaluator
{
    public static MulticlassClassificationMetrics Evaluate(
        IExceptionContext context, IDataView data, string labelName, string scoreName, string predictedLabelName, int topKPredictionCount)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column label = EvaluationColumns.Find(context, schema, labelName, "Label");
        DataViewSchema.Column score = EvaluationColumns.Find(context, schema, scoreName, "Score");
        EvaluationColumns.Find(context, schema, predictedLabelName, "PredictedLabel");
        if (label.Type is not KeyDataViewType && label.Type != NumberDataViewType.Single)
            throw context.ExceptSchemaMismatch(nameof(schema), "label", labelName, "Single or Key", label.Type.ToString()!);
        if (score.Type is not VectorDataViewType { Size: >= 2 } scores || scores.ItemType != NumberDataViewType.Single)
            throw context.ExceptSchemaMismatch(
                nameof(schema), "score", scoreName, "vector of two or more items of type Single", score.Type.ToString()!);

        var tally = new MulticlassTally(scores.Size);
        using (DataViewRowCursor cursor = data.GetRowCursor([label, score]))
        {
            Func<int?> classOf = EvaluationColumns.ClassGetter(cursor, label);
            ValueGetter<VBuffer<float>> scoreOf = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> buffer = default;
            float[] dense = new float[scores.Size];
            while (cursor.MoveNext())
            {
                if (classOf() is not int trueClass)
                    continue;
                scoreOf(ref buffer);
                buffer.CopyTo(dense);
                if (Array.TrueForAll(dense, float.IsFinite))
                    tally.Add(trueClass, dense);
            }
        }

        var confusion = new ConfusionMatrix(tally.Confusion, ClassNames(score, scores.Size), isBinary: false);
        return new MulticlassClassificationMetrics(tally, topKPredictionCount, confusion);
    }

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return [.. Enumerable.Range(0, count).Select(c => c.ToString(CultureInfo.InvariantCulture))];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
