using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>A row to train on.</summary>
public sealed class Example<TLabel>
{
    public TLabel Label { get; set; } = default!;

    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>Small random problems.</summary>
internal static class TrainingData
{
    /// <summary>A data view of rows whose labels are classes from 0; -1 is a missing one.</summary>
    public static IDataView Multiclass(
        MLContext context, int classes, IEnumerable<(int Label, float[] Features, float Weight)> rows, string[]? classNames = null)
    {
        Example<uint>[] examples =
            [.. rows.Select(row => new Example<uint> { Label = (uint)row.Label, Features = row.Features, Weight = row.Weight })];
        SchemaDefinition definition = Definition<uint>(examples[0].Features.Length);
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        if (classNames is not null)
            definition["Label"].AddAnnotation(
                "KeyValues", new VBuffer<ReadOnlyMemory<char>>(classes, Array.ConvertAll(classNames, name => name.AsMemory())),
                new VectorDataViewType(TextDataViewType.Instance, classes));
        return context.Data.LoadFromEnumerable(examples, definition);
    }

    public static IDataView Binary(MLContext context, IEnumerable<(bool Label, float[] Features, float Weight)> rows)
    {
        Example<bool>[] examples =
            [.. rows.Select(row => new Example<bool> { Label = row.Label, Features = row.Features, Weight = row.Weight })];
        return context.Data.LoadFromEnumerable(examples, Definition<bool>(examples[0].Features.Length));
    }

    /// <summary>A normal cloud a class, around corners that lie <paramref name="distance"/> apart.</summary>
    public static (int Label, float[] Features, float Weight)[] Clouds(int classes, int rows, int features, double distance, int seed)
    {
        var random = new Random(seed);
        double[][] centers =
            [.. Enumerable.Range(0, classes)
            .Select(c => Enumerable.Range(0, features).Select(f => f == c % features ? distance : 0).ToArray())];
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            int label = random.Next(classes);
            return (label, Array.ConvertAll(centers[label], center => (float)(center + Normal(random))), 1f);
        })];
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static SchemaDefinition Definition<TLabel>(int features)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Example<TLabel>));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return definition;
    }
}
