using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.Transforms;

/// <summary>The pipeline under test, as an application writes it.</summary>
internal static class Tuning
{
    /// <summary>The ways to train that are compared.</summary>
    public static readonly string[] Ways = ["kappa", "upper", "full"];

    /// <summary>What a way trains.</summary>
    public static KappaSelection Selection(string way, EncoderShape shape) => way switch
    {
        "kappa" => KappaSelection.LowestFraction(0.2),
        // As many tensors, of the upper half of the layers only.
        "upper" => KappaSelection.LowestFraction(0.4) with
        {
            Include = [.. Enumerable.Range(shape.Layers / 2, shape.Layers - shape.Layers / 2).Select(i => $"*encoder.layer.{i}.*")],
        },
        "full" => KappaSelection.LowestFraction(1) with
        {
            Embeddings = true,
            Heads = true,
            Biases = true,
            Norms = true,
            SingleDimensions = true,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, null),
    };

    public static KappaTuneTextClassificationTrainer.Options Options(string model, KappaSelection selection, Setting setting) => new()
    {
        BaseModel = model,
        Selection = selection,
        Sentence1ColumnName = nameof(TextRow.Text),
        BatchSize = Setting.BatchSize,
        MaxEpochs = 1,
        MaxSequenceLength = setting.MaxTokens,
        Threads = setting.Threads,
        Device = "cpu",
        ScanCacheDirectory = Path.Combine(setting.Work, "scans"),
    };

    /// <summary>Fits the pipeline.</summary>
    public static TransformerChain<KeyToValueMappingTransformer> Fit(
        MLContext context, IDataView rows, KappaTuneTextClassificationTrainer.Options options)
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label")
            .Append(context.MulticlassClassification.Trainers.KappaTuneTextClassification(options))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        return pipeline.Fit(rows);
    }

    public static TuningReport ReportOf(TransformerChain<KeyToValueMappingTransformer> model) =>
        model.OfType<KappaTuneTextClassificationTransformer>().Single().Report!;

    /// <summary>An epoch: its report, and the memory is free again.</summary>
    public static TuningReport Epoch(TextRow[] rows, KappaTuneTextClassificationTrainer.Options options)
    {
        var context = new MLContext(seed: 1);
        using TransformerChain<KeyToValueMappingTransformer> model = Fit(context, context.Data.LoadFromEnumerable(rows), options);
        return ReportOf(model);
    }
}
