// Fine-tunes a pre-trained sentence encoder to sort support tickets, saves it, and sorts a new one.
// usage: dotnet run --project samples/TextClassification [BASE [TSV]]    (a folder in Hugging Face layout; columns Text and Queue)
// Leaves out/model.zip in the current folder.
using Microsoft.ML;
using Microsoft.ML.KappaTune;

var mlContext = new MLContext(seed: 1);
var tickets = TicketSorter.Load(mlContext, args.ElementAtOrDefault(1) ?? "samples/data/support-tickets.tsv");
var split = mlContext.Data.TrainTestSplit(tickets, testFraction: 0.2);

// all-MiniLM-L6-v2 by the sentence-transformers project (Apache-2.0), which comes with the package Microsoft.ML.KappaTune.Models.
var options = TicketSorter.OptionsFor(args.ElementAtOrDefault(0) ?? PretrainedModels.MiniLM);
using var model = TicketSorter.Train(mlContext, split.TrainSet, options);
Console.WriteLine($"Accuracy: {TicketSorter.Measure(mlContext, model, split.TestSet).MicroAccuracy:0.000}");

const string modelFile = "out/model.zip";
Directory.CreateDirectory("out");
mlContext.Model.Save(model, tickets.Schema, modelFile);
using var engine = TicketSorter.Open(mlContext, modelFile);
Console.WriteLine($"Queue: {engine.Predict(new Ticket { Text = "I was charged twice for one lamp." }).PredictedLabel}");
