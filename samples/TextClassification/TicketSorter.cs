using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.Transforms;

/// <summary>Sorts support tickets into queues. `kappatune demo` runs this very code.</summary>
internal static class TicketSorter
{
    /// <summary>Learn this, and lose at most 2 % of what the base model was trained to do: the trainer finds the learning rate.</summary>
    public static KappaTuneTextClassificationTrainer.Options OptionsFor(string baseModel) => new()
    {
        BaseModel = baseModel,                          // PretrainedModels.MiniLM, or a folder such as models/bert-base-uncased
        Selection = KappaSelection.LowestFraction(0.2), // or Lowest(75), Threshold(40), ParameterBudget(5_000_000)
        Sentence1ColumnName = "Text",
        MaxEpochs = 4,
        Budget = new() { Keep = 0.98 },
    };

    public static IDataView Load(MLContext mlContext, string file) => mlContext.Data.LoadFromTextFile<Ticket>(file, hasHeader: true);

    /// <summary>A pipeline of ML.NET like any other: what goes before the trainer and after it is up to you.</summary>
    public static TransformerChain<KeyToValueMappingTransformer> Train(
        MLContext mlContext, IDataView tickets, KappaTuneTextClassificationTrainer.Options options) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label", "Queue")
            .Append(mlContext.MulticlassClassification.Trainers.KappaTuneTextClassification(options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(tickets);

    public static MulticlassClassificationMetrics Measure(MLContext mlContext, ITransformer model, IDataView tickets) =>
        mlContext.MulticlassClassification.Evaluate(model.Transform(tickets));

    public static PredictionEngine<Ticket, SortedTicket> Open(MLContext mlContext, string file) =>
        mlContext.Model.CreatePredictionEngine<Ticket, SortedTicket>(mlContext.Model.Load(file, out _));
}

/// <summary>A line of a file.</summary>
internal sealed class Ticket
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";

    [LoadColumn(1)]
    public string Queue { get; set; } = "";
}

/// <summary>What the model makes of it.</summary>
internal sealed class SortedTicket
{
    public string PredictedLabel { get; set; } = "";

    /// <summary>The probability of each queue.</summary>
    public float[] Score { get; set; } = [];
}
