// A web service that sorts support tickets: trains its model the first time, then answers from a pool of prediction engines.
// usage: dotnet run --project samples/PredictionService -- BASE TSV [MODEL.zip] [--urls http://127.0.0.1:5080]
//        curl -H 'Content-Type: application/json' -d '{"text": "I was charged twice."}' http://127.0.0.1:5080/predict
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

string[] files = [.. args.TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
if (files.Length is not (2 or 3))
{
    Console.Error.WriteLine("usage: PredictionService BASE TSV [MODEL.zip] [--urls URL]");
    return 2;
}

string modelFile = Path.GetFullPath(files.ElementAtOrDefault(2) ?? "tickets.zip");
if (!File.Exists(modelFile))
    Train(files[0], files[1], modelFile);

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
var mlContext = new MLContext();
// The model is one for all engines, and safe for all threads.
builder.Services.AddSingleton<ObjectPool<PredictionEngine<Ticket, Prediction>>>(
    new DefaultObjectPool<PredictionEngine<Ticket, Prediction>>(new EnginePolicy(mlContext, mlContext.Model.Load(modelFile, out _))));
WebApplication app = builder.Build();
app.MapPost("/predict", (Ticket ticket, ObjectPool<PredictionEngine<Ticket, Prediction>> pool) =>
{
    PredictionEngine<Ticket, Prediction> engine = pool.Get();
    try
    {
        Prediction prediction = engine.Predict(ticket);
        return new { Queue = prediction.PredictedLabel, Confidence = prediction.Score.Max() };
    }
    finally
    {
        pool.Return(engine);
    }
});
app.Run();
return 0;

static void Train(string baseModel, string tickets, string modelFile)
{
    var mlContext = new MLContext(seed: 1);
    IDataView data = mlContext.Data.LoadFromTextFile<Ticket>(tickets, hasHeader: true);
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
        .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(new()
        {
            BaseModel = baseModel,
            Selection = KappaSelection.LowestFraction(0.2),
            Sentence1ColumnName = "Text",
            MaxEpochs = 3,
        }))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    using var model = pipeline.Fit(data);
    mlContext.Model.Save(model, data.Schema, modelFile);
}

/// <summary>A message to the support desk.</summary>
public class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    /// <summary>The desk that must act; known when training.</summary>
    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}

/// <summary>The model's answer.</summary>
public class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
