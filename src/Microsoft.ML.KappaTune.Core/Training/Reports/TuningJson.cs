using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A report as JSON, schema 1, in a file of its own or within another.</summary>
internal static class TuningJson
{
    public static void Save(TuningReport report, string path) => AtomicFile.Write(path, stream => Write(report, stream));

    public static TuningReport Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    public static void Write(TuningReport report, Stream stream) => JsonSerializer.Serialize(stream, ToDocument(report), MatrixJson.Options);

    /// <param name="stream">The JSON and nothing else.</param>
    /// <param name="source">Where it is from, for the error.</param>
    /// <exception cref="FormatException">It isn't a report.</exception>
    public static TuningReport Read(Stream stream, string source)
    {
        try
        {
            return ToReport(JsonSerializer.Deserialize<TuningDocument>(stream, MatrixJson.Options) ?? throw new JsonException("It is null."));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"{source} isn't a tuning report: {e.Message}", e);
        }
    }

    public static TuningDocument ToDocument(TuningReport report) => new()
    {
        Schema = MatrixJson.Schema,
        BaseModel = report.BaseModel,
        BaseFingerprint = report.BaseFingerprint,
        Method = ToDocument(report.Method),
        Classes = [.. report.Classes],
        TrainingRows = report.TrainingRows,
        ValidationRows = report.ValidationRows,
        SkippedRows = report.SkippedRows,
        TruncatedRows = report.TruncatedRows,
        TrainableParameters = report.TrainableParameters,
        TotalParameters = report.TotalParameters,
        Epochs = [.. report.Epochs.Select(ToDocument)],
        BestEpoch = report.BestEpoch,
        Stop = report.Stop,
        Device = report.Device,
        Threads = report.Threads,
        ScanSeconds = report.ScanTime.TotalSeconds,
        TokenizingSeconds = report.TokenizingTime.TotalSeconds,
        TrainingSeconds = report.TrainingTime.TotalSeconds,
        PeakMemoryBytes = report.PeakMemoryBytes,
        Steps = [.. report.Losses.Select(step => new StepDocument { Step = step.Step, Loss = step.Loss, LearningRate = step.LearningRate })],
        Retention = report.Retention,
        Warnings = [.. report.Warnings],
        Plan = report.Plan,
    };

    private static MethodDocument ToDocument(TuningMethod method) => method.IsLora
        ? new() { Name = "lora", Rank = method.Rank, Alpha = method.Alpha, Dropout = method.Dropout }
        : new() { Name = "direct" };

    private static EpochDocument ToDocument(EpochReport epoch) => new()
    {
        Epoch = epoch.Epoch,
        TrainingLoss = epoch.TrainingLoss,
        Validation = epoch.Validation is { } result
            ? new() { Loss = result.Loss, MicroAccuracy = result.MicroAccuracy, MacroAccuracy = result.MacroAccuracy }
            : null,
        RowsPerSecond = epoch.RowsPerSecond,
        ElapsedSeconds = epoch.Elapsed.TotalSeconds,
    };

    private static TuningReport ToReport(TuningDocument document)
    {
        MatrixJson.CheckSchema(document.Schema);
        TuningDocumentCheck.Validate(document);
        return new()
        {
            BaseModel = document.BaseModel,
            BaseFingerprint = document.BaseFingerprint,
            Plan = document.Plan,
            Method = ToMethod(document.Method),
            Classes = document.Classes,
            TrainingRows = document.TrainingRows,
            ValidationRows = document.ValidationRows,
            SkippedRows = document.SkippedRows,
            TruncatedRows = document.TruncatedRows,
            TrainableParameters = document.TrainableParameters,
            TotalParameters = document.TotalParameters,
            Epochs = [.. document.Epochs.Select(ToEpoch)],
            Losses = [.. document.Steps.Select(step => new StepLoss(step.Step, step.Loss, step.LearningRate))],
            BestEpoch = document.BestEpoch,
            Stop = document.Stop,
            Device = document.Device,
            Threads = document.Threads,
            ScanTime = ToTime(document.ScanSeconds),
            TokenizingTime = ToTime(document.TokenizingSeconds),
            TrainingTime = ToTime(document.TrainingSeconds),
            PeakMemoryBytes = document.PeakMemoryBytes,
            Retention = document.Retention,
            Warnings = document.Warnings,
        };
    }

    private static TuningMethod ToMethod(MethodDocument method) => method.Name switch
    {
        "direct" => TuningMethod.Direct,
        "lora" => TuningMethod.Lora(
            method.Rank ?? throw Missing("method.rank"),
            method.Alpha ?? throw Missing("method.alpha"),
            method.Dropout ?? throw Missing("method.dropout")),
        _ => throw new JsonException($"method.name is \"{method.Name}\"; allowed are direct and lora."),
    };

    private static JsonException Missing(string field) => new($"{field} is missing.");

    private static EpochReport ToEpoch(EpochDocument epoch) => new(
        epoch.Epoch,
        epoch.TrainingLoss,
        epoch.Validation is { } result ? new(result.Loss, result.MicroAccuracy, result.MacroAccuracy) : null,
        epoch.RowsPerSecond,
        ToTime(epoch.ElapsedSeconds));

    /// <summary>To the nearest tick: cut off, a time would come back shorter than it was saved.</summary>
    private static TimeSpan ToTime(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}
