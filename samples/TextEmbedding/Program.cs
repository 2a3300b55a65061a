// Vectors of texts from a pre-trained encoder, as features for any of ML.NET's trainers.
// usage: dotnet run --project samples/TextEmbedding [TSV]
//        TSV: rows of Label and Text; without it 80 short reviews.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

var mlContext = new MLContext(seed: 1);
IDataView rows = mlContext.Data.LoadFromTextFile<Review>(
    args.FirstOrDefault() ?? Path.Combine(AppContext.BaseDirectory, "reviews.tsv"), hasHeader: true);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.Text.KappaTuneEmbedding("Features", "Text", PretrainedModels.MiniLM))   // or a tuned model.zip
    .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

var split = mlContext.Data.TrainTestSplit(rows, testFraction: 0.25);
using var model = pipeline.Fit(split.TrainSet);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"Accuracy: {metrics.MicroAccuracy:0.000}");

/// <summary>A line of a file.</summary>
internal sealed class Review
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1)]
    public string Text { get; set; } = "";
}
