using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;

/// <summary>The model that the service answers with.</summary>
internal static class TicketModel
{
    /// <summary>Trains it on a file of tickets, with the options in appsettings.json, and saves it.</summary>
    public static void Train(IConfiguration configuration, string ticketFile, string modelFile)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = mlContext.Data.LoadFromTextFile<Ticket>(ticketFile, hasHeader: true);
        var options = configuration.GetSection("Tuning")
            .Get<KappaTuneTextClassificationTrainer.Options>(binder => binder.ErrorOnUnknownConfiguration = true)!;
        var trainer = mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(options);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
            .Append(trainer)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(data);
        Directory.CreateDirectory(Path.GetDirectoryName(modelFile)!);
        mlContext.Model.Save(model, data.Schema, modelFile);
    }
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
