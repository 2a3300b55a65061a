using Microsoft.ML;
using static ErrorClasses;

internal static partial class ErrorCases
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly Lazy<ITransformer> Fitted = new(() => Context.Transforms.Conversion.MapValueToKey("Label")
        .Append(Context.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
        .Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
        .Fit(Rows(Enumerable.Range(0, 30).Select(i => new FVec { Label = i % 2 == 0 ? "a" : "b", Features = [i % 2, i / 30f, 1] }).ToArray())));

    private static void AddPipeline(Dictionary<string, Action> cases)
    {
        AddChains(cases);
        AddColumns(cases);
        AddPrediction(cases);
        AddModels(cases);
    }

    private static void AddChains(Dictionary<string, Action> cases)
    {
        TransformsCatalog.ConversionTransforms convert = Context.Transforms.Conversion;
        IDataView data = Rows(new FVec());
        cases["MapValueToKey of a missing column"] = () => convert.MapValueToKey("Label").Fit(Rows(new NoLabel()));
        cases["pipeline with a missing column in the second estimator"] = () =>
            convert.MapValueToKey("Label").Append(convert.MapKeyToValue("Missing")).Fit(data);
        cases["MapKeyToValue on a text column"] = () => convert.MapKeyToValue("Label").Fit(data);
        cases["MapKeyToValue on a float vector column"] = () => convert.MapKeyToValue("Features").Fit(data);
        cases["MapKeyToValue on a missing column"] = () => convert.MapKeyToValue("PredictedLabel").Fit(data);
        cases["MapKeyToValue on a key without key values"] = () => convert.MapKeyToValue("V").Fit(Rows(new KeyOnly()));
        cases["MapKeyToValue on a text column in a chain"] = () =>
            Context.Transforms.CopyColumns("B", "Label").Append(convert.MapKeyToValue("B")).Fit(data);
        cases["MapValueToKey on a float vector"] = () => convert.MapValueToKey("Features").Fit(data);
        cases["MapValueToKey(null)"] = () => convert.MapValueToKey((string)null!);
        cases["MapValueToKey(empty)"] = () => convert.MapValueToKey("").Fit(data);
        cases["Append(null)"] = () => convert.MapValueToKey("Label").Append((IEstimator<ITransformer>)null!);
        cases["Fit(null)"] = () => convert.MapValueToKey("Label").Fit(null!);
        cases["GetOutputSchema(null)"] = () => convert.MapValueToKey("Label").GetOutputSchema(null!);
        cases["transform data without the input column"] = () => Fitted.Value.Transform(Rows(new NoFeatures()));
        cases["transform data without the label column"] = () => Fitted.Value.Transform(Rows(new NoLabel()));
        cases["transform data whose vector has another size"] = () => Fitted.Value.Transform(Rows(new BadVec()));
        cases["transform data whose column has another type"] = () => Fitted.Value.Transform(Rows(new OneText()));
    }

    private static void AddColumns(Dictionary<string, Action> cases)
    {
        IDataView data = Rows(new FVec());
        cases["SelectColumns of a missing column"] = () => Context.Transforms.SelectColumns("Nope").Fit(data);
        cases["DropColumns of a missing column"] = () => Context.Transforms.DropColumns("Nope").Fit(data);
        cases["CopyColumns of a missing column"] = () => Context.Transforms.CopyColumns("B", "Nope").Fit(data);
        cases["Concatenate of a missing column"] = () => Context.Transforms.Concatenate("F", "Nope").Fit(data);
        cases["Concatenate of mixed types"] = () => Context.Transforms.Concatenate("F", "Label", "Features").Fit(data);
        cases["Concatenate of a missing column, transformed"] = () => Context.Transforms.Concatenate("F", "Nope").Fit(data).Transform(data);
        cases["Concatenate of mixed types, transformed"] = () =>
            Context.Transforms.Concatenate("F", "Label", "Features").Fit(data).Transform(data);
        cases["Concatenate of a missing column in a chain"] = () =>
            Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Transforms.Concatenate("F", "Nope")).Fit(data);
    }

    private static void AddPrediction(Dictionary<string, Action> cases)
    {
        cases["PredictionEngine, input class lacks a column"] = () => Engine<TextOnly, Pred>();
        cases["PredictionEngine, input class lacks the features"] = () => Engine<NoFeatures, Pred>();
        cases["PredictionEngine, input class lacks the label"] = () => Engine<NoLabel, Pred>();
        cases["PredictionEngine, input vector has another size"] = () => Engine<BadVec, Pred>();
        cases["PredictionEngine, output class has a column that is not there"] = () => Engine<FVec, PredMissing>();
        cases["PredictionEngine, output class has another type"] = () => Engine<FVec, PredWrong>();
        cases["PredictionEngine, null transformer"] = () => Context.Model.CreatePredictionEngine<FVec, Pred>(null!);
        cases["Predict(null)"] = () => Engine<FVec, Pred>().Predict(null!);
        cases["Predict with a null vector"] = () => Engine<FVec, Pred>().Predict(new FVec { Label = "", Features = null });
        cases["Predict with a vector of another length"] = () => Engine<FVec, Pred>().Predict(new FVec { Features = [1, 2] });
        cases["Predict after Dispose"] = () =>
        {
            PredictionEngine<FVec, Pred> engine = Engine<FVec, Pred>();
            engine.Dispose();
            engine.Predict(new FVec());
        };
    }

    private static PredictionEngine<TSrc, TDst> Engine<TSrc, TDst>() where TSrc : class where TDst : class, new() =>
        Context.Model.CreatePredictionEngine<TSrc, TDst>(Fitted.Value);

    private static IDataView Rows<TRow>(params TRow[] rows) where TRow : class => Context.Data.LoadFromEnumerable(rows);
}
