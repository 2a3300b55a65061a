// Fine-tunes a pre-trained model to sort support tickets, saves it, and sorts a new one.
// usage: dotnet run --project samples/TextClassification -- BASE [TSV]    (a folder in Hugging Face layout; tickets, Text and Queue)
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

var mlContext = new MLContext(seed: 1);
string file = args.ElementAtOrDefault(1) ?? "samples/data/support-tickets.tsv";
IDataView tickets = mlContext.Data.LoadFromTextFile<Ticket>(file, hasHeader: true);
var split = mlContext.Data.TrainTestSplit(tickets, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
    .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
    {
        BaseModel = args.FirstOrDefault() ?? "models/bert-base-uncased",
        Selection = KappaSelection.LowestFraction(0.2),
        Sentence1ColumnName = "Text",
        MaxEpochs = 3,
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

using var model = pipeline.Fit(split.TrainSet);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"Accuracy: {metrics.MicroAccuracy:0.000}");

mlContext.Model.Save(model, tickets.Schema, "model.zip");
using var engine = mlContext.Model.CreatePredictionEngine<Ticket, Prediction>(mlContext.Model.Load("model.zip", out _));
Console.WriteLine($"Queue: {engine.Predict(new Ticket { Text = "I was charged twice for one lamp." }).PredictedLabel}");

class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}

class Prediction
{
    public string PredictedLabel { get; set; } = "";
}
