// Fine-tunes a pre-trained model to sort support tickets, saves it, and sorts a new one.
// usage: dotnet run --project samples/TextClassification [BASE [TSV]]    (embedded, or a folder in Hugging Face layout; Text and Queue)
using Microsoft.ML;

var mlContext = new MLContext(seed: 1);
var tickets = TicketSorter.Load(mlContext, args.ElementAtOrDefault(1) ?? "samples/data/support-tickets.tsv");
var split = mlContext.Data.TrainTestSplit(tickets, testFraction: 0.2);

// The embedded model is small, and needs more epochs at a higher rate than what people pre-train for real work.
var options = args.Length > 0
    ? TicketSorter.Options with { BaseModel = args[0], MaxEpochs = 3 }
    : TicketSorter.Options with { MaxEpochs = 40, LearningRate = 1e-3 };
using var model = TicketSorter.Train(mlContext, split.TrainSet, options);
Console.WriteLine($"Accuracy: {TicketSorter.Measure(mlContext, model, split.TestSet).MicroAccuracy:0.000}");

mlContext.Model.Save(model, tickets.Schema, "model.zip");
using var engine = TicketSorter.Open(mlContext, "model.zip");
Console.WriteLine($"Queue: {engine.Predict(new Ticket { Text = "I was charged twice for one lamp." }).PredictedLabel}");
