using System.Text.Encodings.Web;
using System.Text.Json;
using KappaTune.Cli.Data;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Output;

/// <summary>An evaluation as JSON, schema 1.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // Names of classes as they are: the file is no part of a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(Evaluation evaluation) => JsonSerializer.Serialize(Document(evaluation), Options) + "\n";

    private static EvaluationDocument Document(Evaluation evaluation)
    {
        MulticlassClassificationMetrics metrics = evaluation.Metrics;
        ConfusionMatrix confusion = metrics.ConfusionMatrix;
        return new(
            Schema: 1, evaluation.Rows, evaluation.Unlabelled, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss,
            [.. evaluation.Classes.Select((name, i) => new ClassDocument(
                name, (long)confusion.Counts[i].Sum(), confusion.PerClassPrecision[i], confusion.PerClassRecall[i]))],
            [.. confusion.Counts.Select(row => row.Select(count => (long)count).ToArray())]);
    }

    /// <param name="Confusion">A row a true class, a column a predicted one.</param>
    private sealed record EvaluationDocument(
        int Schema, long Rows, long UnlabelledRows, double MicroAccuracy, double MacroAccuracy, double LogLoss, ClassDocument[] Classes,
        long[][] Confusion);

    private sealed record ClassDocument(string Name, long Rows, double Precision, double Recall);
}
