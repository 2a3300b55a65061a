// An app laid out as Model Builder lays it out: what trains, what consumes and what evaluates a model are parts of one class.
// usage: dotnet run --project samples/SentimentModelBuilder -- BASE TSV    (a folder in Hugging Face layout; rows of Label and Text)
using SentimentModelBuilder;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: SentimentModelBuilder BASE TSV");
    return 2;
}

SentimentModel.Train(SentimentModel.MLNetModelPath, args[1], args[0]);

var metrics = SentimentModel.Evaluate(SentimentModel.MLNetModelPath, args[1]);
Console.WriteLine($"Accuracy on the rows it was trained on: {metrics.MicroAccuracy:0.000}");

var input = new SentimentModel.ModelInput { Text = "What a lovely film!" };
foreach (var (label, score) in SentimentModel.PredictAllLabels(input))
    Console.WriteLine($"{label,-20} {score:0.000}");
return 0;
