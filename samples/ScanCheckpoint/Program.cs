// A checkpoint as ML.NET data: κ of every matrix, and which of them to train.
// usage: dotnet run --project samples/ScanCheckpoint [MODEL]
//        MODEL: a folder in Hugging Face layout, or one .safetensors file; without it MiniLM, which comes by package.
using Microsoft.ML;
using Microsoft.ML.KappaTune;

var mlContext = new MLContext();
string model = args.FirstOrDefault() ?? PretrainedModels.MiniLM;

IDataView tensors = mlContext.Data.LoadFromCheckpoint(model);
var pipeline = mlContext.Transforms.KappaConditionNumber()
    .Append(mlContext.Transforms.KappaSelection(KappaSelection.LowestFraction(0.2)));

// Vectors, such as biases, have no κ.
var rows = mlContext.Data.CreateEnumerable<Row>(pipeline.Fit(tensors).Transform(tensors), reuseRowObject: false);
foreach (var row in rows.Where(row => !double.IsNaN(row.Kappa)).OrderBy(row => row.Kappa))
    Console.WriteLine($"{(row.Selected ? "train" : "keep "),-6} {row.Kappa,12:0.0}  {row.Name}");

sealed class Row
{
    public string Name { get; set; } = "";
    public double Kappa { get; set; }
    public bool Selected { get; set; }
}
