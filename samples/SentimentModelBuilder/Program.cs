// An app laid out as Model Builder lays it out: what trains, what consumes and what evaluates a model are parts of one class.
// usage: dotnet run --project samples/SentimentModelBuilder [BASE [TSV]]
//        BASE: a folder in Hugging Face layout; without it MiniLM, which comes by package. TSV: rows of Label and Text; without it 80
//        short reviews, in about a minute. Leaves out/SentimentModel.zip in the current folder.
using Microsoft.ML.KappaTune;
using SentimentModelBuilder;

if (args.Length > 2)
{
    Console.Error.WriteLine("usage: SentimentModelBuilder [BASE [TSV]]");
    return 2;
}

string data = args.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "reviews.tsv");
SentimentModel.Train(SentimentModel.MLNetModelPath, data, args.ElementAtOrDefault(0) ?? PretrainedModels.MiniLM);

var metrics = SentimentModel.Evaluate(SentimentModel.MLNetModelPath, data);
Console.WriteLine($"Accuracy on the rows it was trained on: {metrics.MicroAccuracy:0.000}");

var input = new SentimentModel.ModelInput { Text = "What a lovely film!" };
foreach (var (label, score) in SentimentModel.PredictAllLabels(input))
    Console.WriteLine($"{label,-20} {score:0.000}");
return 0;
