using Microsoft.ML;
using Microsoft.ML.Data;

internal static partial class ErrorCases
{
    private static void AddTraining(Dictionary<string, Action> cases)
    {
        var context = new MLContext(seed: 1);
        var trainers = context.MulticlassClassification.Trainers;
        IDataView data = context.Data.LoadFromEnumerable(ErrorRow.Some);
        IEstimator<ITransformer> keys = context.Transforms.Conversion.MapValueToKey("Label");
        IEstimator<ITransformer> pipeline = keys.Append(trainers.LbfgsMaximumEntropy());

        cases["trainer with a missing label column"] = () =>
            trainers.LbfgsMaximumEntropy().Fit(context.Data.LoadFromEnumerable(new ErrorFeatures[] { new() }));
        cases["trainer with a named missing label column"] = () => trainers.LbfgsMaximumEntropy("Target").Fit(data);
        cases["trainer with a missing features column"] = () => pipeline.Fit(context.Data.LoadFromEnumerable(new ErrorLabel[] { new() }));
        cases["trainer with a text label"] = () => trainers.LbfgsMaximumEntropy().Fit(data);
        cases["trainer with a float label"] = () =>
            trainers.LbfgsMaximumEntropy().Fit(context.Data.LoadFromEnumerable(new ErrorFloatLabel[] { new() }));
        cases["trainer with text features"] = () => pipeline.Fit(context.Data.LoadFromEnumerable(new ErrorTextFeatures[] { new() }));
        cases["fit on no rows"] = () => pipeline.Fit(context.Data.LoadFromEnumerable(Array.Empty<ErrorRow>()));

        IDataView Scored() => pipeline.Append(context.Transforms.CopyColumns("Raw", "Text")).Fit(data).Transform(data);
        cases["Evaluate without a score column"] = () => context.MulticlassClassification.Evaluate(keys.Fit(data).Transform(data));
        cases["Evaluate with a text label"] = () => context.MulticlassClassification.Evaluate(Scored(), "Raw");
        cases["Evaluate with a missing label column"] = () => context.MulticlassClassification.Evaluate(Scored(), "Nope");
        cases["Evaluate after MapKeyToValue replaced PredictedLabel"] = () =>
            context.MulticlassClassification.Evaluate(
                pipeline.Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data).Transform(data));
        cases["Evaluate with a negative topKPredictionCount"] = () =>
            context.MulticlassClassification.Evaluate(Scored(), topKPredictionCount: -1);
        cases["CrossValidate with one fold"] = () => context.MulticlassClassification.CrossValidate(data, pipeline, 1);
        cases["CrossValidate of a missing label"] = () => context.MulticlassClassification.CrossValidate(data, pipeline, 3, "Nope");
    }

    private sealed class ErrorRow
    {
        public static readonly ErrorRow[] Some =
            [.. Enumerable.Range(0, 30).Select(i => new ErrorRow { Label = i % 2 == 0 ? "a" : "b", Features = [i % 2, i / 30f, 1] })];

        public string Label { get; set; } = "";

        public string Text { get; set; } = "";

        [VectorType(3)]
        public float[] Features { get; set; } = [0, 0, 0];
    }

    private sealed class ErrorFeatures
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [0, 0, 0];
    }

    private sealed class ErrorLabel
    {
        public string Label { get; set; } = "";
    }

    private sealed class ErrorFloatLabel
    {
        public float Label { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = [0, 0, 0];
    }

    private sealed class ErrorTextFeatures
    {
        public string Label { get; set; } = "";

        public string Features { get; set; } = "";
    }
}
