using Microsoft.ML;
using Microsoft.ML.Data;

public sealed class Question
{
    public string Label { get; set; } = "";

    [VectorType(1)]
    public float[] Features { get; set; } = [0];
}

public sealed class Answer
{
    public string PredictedLabel { get; set; } = "";
}

/// <summary>Model files that differ in what they answer.</summary>
internal static class Models
{
    /// <summary>A model that answers <paramref name="answer"/> to <see cref="Positive"/>.</summary>
    public static byte[] Answering(string answer)
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Question { Label = i % 2 == 0 ? answer : "other", Features = [i % 2 == 0 ? 1 : -1] })
                .ToArray());
        ITransformer model = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        using var stream = new MemoryStream();
        context.Model.Save(model, data.Schema, stream);
        return stream.ToArray();
    }

    /// <summary>A valid model that has nothing to do with questions.</summary>
    public static byte[] Unfit()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(new[] { new Answer() });
        using var stream = new MemoryStream();
        context.Model.Save(context.Transforms.CopyColumns("Copy", "PredictedLabel").Fit(data), data.Schema, stream);
        return stream.ToArray();
    }

    public static Question Positive => new() { Features = [1] };
}
