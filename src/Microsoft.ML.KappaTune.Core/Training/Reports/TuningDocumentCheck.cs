using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>What a report's file may hold. A loss may be anything, for a training that fails has one that isn't a number.</summary>
internal static class TuningDocumentCheck
{
    /// <exception cref="JsonException">A value is null or impossible; the message names the field.</exception>
    public static void Validate(TuningDocument document)
    {
        RequireThere(document.BaseModel, "base_model");
        RequireThere(document.BaseFingerprint, "base_fingerprint");
        RequireThere(document.Method, "method");
        RequireThere(document.Classes, "classes");
        RequireThere(document.Device, "device");
        RequireThere(document.Epochs, "epochs");
        RequireThere(document.Steps, "steps");
        RequireThere(document.Plan, "plan");
        RequireThere(document.Warnings, "warnings");
        for (int i = 0; i < document.Classes.Length; i++)
            RequireThere(document.Classes[i], $"classes[{i}]");
        for (int i = 0; i < document.Warnings.Length; i++)
            RequireThere(document.Warnings[i], $"warnings[{i}]");
        RequireCount(document.TrainingRows, "training_rows");
        RequireCount(document.ValidationRows, "validation_rows");
        RequireCount(document.SkippedRows, "skipped_rows");
        RequireCount(document.TruncatedRows, "truncated_rows");
        RequireCount(document.TrainableParameters, "trainable_parameters");
        RequireCount(document.TotalParameters, "total_parameters");
        RequireCount(document.Threads, "threads");
        RequireCount(document.PeakMemoryBytes, "peak_memory_bytes");
        RequireTime(document.ScanSeconds, "scan_seconds");
        RequireTime(document.TokenizingSeconds, "tokenizing_seconds");
        RequireTime(document.TrainingSeconds, "training_seconds");
        for (int i = 0; i < document.Epochs.Length; i++)
            Validate(document.Epochs[i], $"epochs[{i}]", number: i + 1);
        for (int i = 0; i < document.Steps.Length; i++)
            Validate(document.Steps[i], $"steps[{i}]");
        if (document.Retention is { } retention)
            Validate(retention);
        Require(document.BestEpoch >= 1 && document.BestEpoch <= document.Epochs.Length, "best_epoch", document.BestEpoch);
    }

    private static void Validate(EpochDocument epoch, string field, int number)
    {
        RequireThere(epoch, field);
        Require(epoch.Epoch == number, $"{field}.epoch", epoch.Epoch);
        Require(epoch.RowsPerSecond >= 0, $"{field}.rows_per_second", epoch.RowsPerSecond);
        RequireTime(epoch.ElapsedSeconds, $"{field}.elapsed_seconds");
        if (epoch.Validation is not { } result)
            return;
        RequireShare(result.MicroAccuracy, $"{field}.validation.micro_accuracy");
        RequireShare(result.MacroAccuracy, $"{field}.validation.macro_accuracy");
    }

    private static void Validate(StepDocument step, string field)
    {
        RequireThere(step, field);
        Require(step.Step >= 1, $"{field}.step", step.Step);
        Require(step.LearningRate >= 0, $"{field}.learning_rate", step.LearningRate);
    }

    private static void Validate(RetentionReport retention)
    {
        RequireThere(retention.Text, "retention.text");
        RequireCount(retention.Windows, "retention.windows");
        RequireCount(retention.Tokens, "retention.tokens");
        RequireCount(retention.MaskedTokens, "retention.masked_tokens");
        Require(retention.Loss is null == retention.Accuracy is null, "retention.accuracy", retention.Accuracy is null ? "null" : "there");
        Require(
            retention.Loss is null == retention.Objective is null, "retention.objective", retention.Objective is null ? "null" : "there");
        RequireCount(retention.TaskTexts, "retention.task_texts");
        Validate(retention.Loss, "retention.loss");
        Validate(retention.Accuracy, "retention.accuracy");
        Validate(retention.Perplexity, "retention.perplexity");
        RequireThere(retention.Drift, "retention.drift");
        for (int i = 0; i < retention.Drift.Count; i++)
        {
            RequireThere(retention.Drift[i], $"retention.drift[{i}]");
            RequireThere(retention.Drift[i].CosineDistance, $"retention.drift[{i}].cosine_distance");
            Require(retention.Drift[i].Layer >= 0, $"retention.drift[{i}].layer", retention.Drift[i].Layer);
        }
    }

    private static void Validate(RetentionChange? change, string field)
    {
        if (change is null)
            return;
        RequireThere(change.Before, $"{field}.before");
        RequireThere(change.After, $"{field}.after");
        RequireThere(change.Difference, $"{field}.difference");
    }

    private static void RequireThere(object? value, string field) => Require(value is not null, field, "null");

    private static void RequireCount(long value, string field) => Require(value >= 0, field, value);

    private static void RequireShare(double value, string field) => Require(value is >= 0 and <= 1, field, value);

    private static void RequireTime(double seconds, string field) => Require(seconds is >= 0 and < 1e9, field, seconds);

    private static void Require(bool holds, string field, object value)
    {
        if (!holds)
            throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"{field} is {value}, which it can't be."));
    }
}
