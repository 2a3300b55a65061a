using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

var mlContext = new MLContext(seed: 1);
IDataView tickets = mlContext.Data.LoadFromTextFile<Ticket>("samples/data/support-tickets.tsv", hasHeader: true);
var split = mlContext.Data.TrainTestSplit(tickets, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
    .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
    {
        BaseModel = PretrainedModels.MiniLM,                 // or a folder: BERT, RoBERTa, XLM-R, DistilBERT; safetensors or ONNX
        Selection = KappaSelection.LowestFraction(0.2),      // or Lowest(75), Threshold(40), ParameterBudget(5_000_000)
        Sentence1ColumnName = "Text",
        MaxEpochs = 4,
        Budget = new() { Keep = 0.98 },                      // lose at most 2 %; the learning rate is found
    }))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

using var model = pipeline.Fit(split.TrainSet);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"Accuracy: {metrics.MicroAccuracy:0.000}");
mlContext.Model.Save(model, tickets.Schema, "model.zip");    // mlContext.Model.Load needs no other code, in any process

sealed class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}
