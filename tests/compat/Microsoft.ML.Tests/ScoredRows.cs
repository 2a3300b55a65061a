using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>A scored row as an evaluation reads it.</summary>
public sealed class ScoredRow<TLabel, TPredicted>
{
    public TLabel Label { get; set; } = default!;

    public TPredicted PredictedLabel { get; set; } = default!;

    public float[] Score { get; set; } = [];
}

/// <summary>Tables of scored rows.</summary>
internal static class ScoredRows
{
    /// <summary>Labels and predictions are key values: from 1, 0 is missing.</summary>
    public static IDataView Keys(
        MLContext context, int classes, ulong labelCount, IEnumerable<(uint Label, uint Predicted, float[] Score)> rows,
        string[]? classNames = null)
    {
        // A member of a key type counts from 0, and what is out of bounds is missing.
        var definition = Definition<uint, uint>(classes, classNames);
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), labelCount);
        definition["PredictedLabel"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        if (classNames is not null)
            foreach (string column in (string[])["Label", "PredictedLabel"])
                definition[column]
                    .AddAnnotation("KeyValues", Names(classNames), new VectorDataViewType(TextDataViewType.Instance, classNames.Length));
        return context.Data.LoadFromEnumerable(
            rows.Select(row => new ScoredRow<uint, uint> { Label = row.Label - 1, PredictedLabel = row.Predicted - 1, Score = row.Score })
                .ToArray(), definition);
    }

    /// <summary>Labels are numbers from 0; predictions key values.</summary>
    public static IDataView FloatLabels(MLContext context, int classes, IEnumerable<(float Label, uint Predicted, float[] Score)> rows)
    {
        var definition = Definition<float, uint>(classes, null);
        definition["PredictedLabel"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        return context.Data.LoadFromEnumerable(
            rows.Select(row => new ScoredRow<float, uint> { Label = row.Label, PredictedLabel = row.Predicted - 1, Score = row.Score })
                .ToArray(), definition);
    }

    /// <summary>Labels and predictions are numbers from 0.</summary>
    public static IDataView Floats(MLContext context, int classes, IEnumerable<(float Label, float Predicted, float[] Score)> rows) =>
        context.Data.LoadFromEnumerable(
            rows.Select(row => new ScoredRow<float, float> { Label = row.Label, PredictedLabel = row.Predicted, Score = row.Score })
                .ToArray(), Definition<float, float>(classes, null));

    private static SchemaDefinition Definition<TLabel, TPredicted>(int classes, string[]? classNames)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(ScoredRow<TLabel, TPredicted>));
        definition["Score"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        if (classNames is not null)
            definition["Score"]
                .AddAnnotation("SlotNames", Names(classNames), new VectorDataViewType(TextDataViewType.Instance, classNames.Length));
        return definition;
    }

    private static VBuffer<ReadOnlyMemory<char>> Names(string[] names) =>
        new(names.Length, Array.ConvertAll(names, name => name.AsMemory()));
}
