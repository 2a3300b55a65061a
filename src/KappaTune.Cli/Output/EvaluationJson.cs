using System.Text.Encodings.Web;
using System.Text.Json;
using KappaTune.Cli.Data;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Output;

/// <summary>An evaluation as JSON, schema 1.</summary>
internal static class EvaluationJson
{
    /// <summary>How the files of what a model does are written.</summary>
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // Names of classes as they are: the file is no part of a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(Evaluation evaluation) => JsonSerializer.Serialize(Document(evaluation), Options) + "\n";

    public static string Write(SpeechEvaluation evaluation) => JsonSerializer.Serialize(
        new SpeechDocument(
            Schema: 1, evaluation.Rows, Of(evaluation.Errors.Words), Of(evaluation.Errors.Characters), Of(evaluation.Errors.RawWords),
            Of(evaluation.Errors.RawCharacters)),
        Options) + "\n";

    private static RateDocument Of(ErrorRate rate) =>
        new(rate.Value, rate.Substitutions, rate.Deletions, rate.Insertions, rate.Length);

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

    private sealed record SpeechDocument(
        int Schema, int Rows, RateDocument Words, RateDocument Characters, RateDocument RawWords, RateDocument RawCharacters);

    private sealed record RateDocument(double Rate, long Substitutions, long Deletions, long Insertions, long Length);
}
