// A web service that sorts support tickets: trains its model the first time, then answers from a pool of prediction engines.
// usage: dotnet run --project samples/PredictionService -- [BASE [TSV [MODEL.zip]]] [--urls http://127.0.0.1:5080]
//        BASE: a folder in Hugging Face layout; without it MiniLM, which comes by package. TSV: rows of Text and Queue; without it the
//        tickets of samples/data, in some two minutes. MODEL.zip: where the model is kept; without it out/tickets.zip.
//        curl -d '{"text": "I was charged twice."}' http://127.0.0.1:5080/predict
// answers: 200 {"queue": "Billing", "confidence": 0.93}; 400 or 413 with a problem as RFC 9457 has it.
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.KappaTune;

string[] files = [.. args.TakeWhile(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
if (files.Length > 3)
{
    Console.Error.WriteLine("usage: PredictionService [BASE [TSV [MODEL.zip]]] [--urls URL]");
    return 2;
}

var settings = new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory };
WebApplicationBuilder builder = WebApplication.CreateBuilder(settings);
string modelFile = Path.GetFullPath(files.ElementAtOrDefault(2) ?? "out/tickets.zip");
if (!File.Exists(modelFile))
{
    Console.WriteLine($"Training {modelFile}");
    builder.Configuration["Tuning:BaseModel"] = files.ElementAtOrDefault(0) ?? PretrainedModels.MiniLM;
    TicketModel.Train(
        builder.Configuration, files.ElementAtOrDefault(1) ?? Path.Combine(AppContext.BaseDirectory, "support-tickets.tsv"), modelFile);
}

// A line says where it listens; a line a request would cost more than the answer.
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = Question.LongestBody);
var mlContext = new MLContext();
// The model is one for all engines, and safe for all threads.
builder.Services.AddSingleton<ObjectPool<PredictionEngine<Ticket, Prediction>>>(
    new DefaultObjectPool<PredictionEngine<Ticket, Prediction>>(new EnginePolicy(mlContext, mlContext.Model.Load(modelFile, out _))));
WebApplication app = builder.Build();
app.MapPost("/predict", async (HttpRequest request, ObjectPool<PredictionEngine<Ticket, Prediction>> pool) =>
{
    (string text, IResult? problem) = await Question.ReadAsync(request);
    if (problem is not null)
        return problem;
    PredictionEngine<Ticket, Prediction> engine = pool.Get();
    try
    {
        Prediction answer = engine.Predict(new Ticket { Text = text });
        return Results.Ok(new { queue = answer.PredictedLabel, confidence = answer.Score.Max() });
    }
    finally
    {
        pool.Return(engine);
    }
});
app.Run();
return 0;
