// ML.NET's own text trainer (Microsoft.ML.TorchSharp) and KappaTune's in one app, on the same rows: what calls one calls the other.
// usage: dotnet run --project samples/BothTrainers -- [BASE [TSV]] [--built-in]
//        BASE: a folder in Hugging Face layout; without it MiniLM, which comes by package. TSV: rows of Text and Queue; without it the
//        tickets of samples/data, in some two minutes.
//        --built-in: also run ML.NET's own trainer, which downloads its weights (NAS-BERT) and needs TorchSharp 0.102.7.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.TorchSharp;

bool runsBuiltIn = args.Contains("--built-in");
string[] files = [.. args.Where(argument => argument != "--built-in")];
var mlContext = new MLContext(seed: 1);
IDataView rows = mlContext.Data.LoadFromTextFile<Ticket>(
    files.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "support-tickets.tsv"), hasHeader: true);
rows = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue").Fit(rows).Transform(rows);
var split = mlContext.Data.TrainTestSplit(rows, testFraction: 0.2);
var trainers = mlContext.MulticlassClassification.Trainers;

var kappaTune = trainers.KappaTuneTextClassification(new()
{
    BaseModel = files.ElementAtOrDefault(0) ?? PretrainedModels.MiniLM,
    Sentence1ColumnName = "Text",
    Selection = KappaSelection.LowestFraction(0.2),
    MaxEpochs = 6,
    LearningRate = 3e-4,
});
var builtIn = trainers.TextClassification(labelColumnName: "Label", sentence1ColumnName: "Text", maxEpochs: 6);

Console.WriteLine($"KappaTune's trainer: {Measure(kappaTune)}");
if (!runsBuiltIn)
{
    Console.WriteLine("ML.NET's own trainer: not run, because it downloads its weights; --built-in runs it.");
    return;
}

try
{
    Console.WriteLine($"ML.NET's own trainer: {Measure(builtIn)}");
}
catch (Exception e)
{
    // What it throws depends on where it fails: without a network, or with another TorchSharp than its own. It repeats itself, and
    // some of its line breaks are a backslash and an n.
    string reason = e.GetBaseException().Message.Split(["\\n", "\r", "\n"], StringSplitOptions.None)[0];
    Console.WriteLine($"ML.NET's own trainer: can't run here: {reason}");
}

string Measure<T>(IEstimator<T> trainer)
    where T : class, ITransformer
{
    T model = trainer.Fit(split.TrainSet);
    using (model as IDisposable)
    {
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
        return $"{metrics.MicroAccuracy:0.000} of the test rows right.";
    }
}

/// <summary>A line of a file.</summary>
internal sealed class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}
