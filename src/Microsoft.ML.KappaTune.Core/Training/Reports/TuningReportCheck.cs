using System.Globalization;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>What a report's file may hold. A loss may be anything, for a training that fails has one that isn't a number.</summary>
internal static class TuningReportCheck
{
    /// <exception cref="JsonException">A value is impossible; the message names the field.</exception>
    public static void Validate(TuningReport report)
    {
        RequireThere(report.BaseModel, "base_model");
        RequireThere(report.BaseFingerprint, "base_fingerprint");
        RequireThere(report.Method, "method");
        RequireThere(report.Device, "device");
        RequireThere(report.Losses, "steps");
        RequireThere(report.Plan, "plan");
        RequireElements(report.Classes, "classes");
        RequireElements(report.Warnings, "warnings");
        RequireElements(report.Answers, "answers");
        RequireElements(report.Epochs, "epochs");
        RequireCount(report.TrainingRows, "training_rows");
        RequireCount(report.ValidationRows, "validation_rows");
        RequireCount(report.SkippedRows, "skipped_rows");
        RequireCount(report.TruncatedRows, "truncated_rows");
        RequireCount(report.CountedTokens ?? 0, "counted_tokens");
        RequireCount(report.TrainableParameters, "trainable_parameters");
        RequireCount(report.TotalParameters, "total_parameters");
        RequireCount(report.Threads, "threads");
        RequireCount(report.PeakMemoryBytes, "peak_memory_bytes");
        for (int i = 0; i < report.Epochs.Count; i++)
            Validate(report.Epochs[i], $"epochs[{i}]", number: i + 1);
        for (int i = 0; i < report.Losses.Count; i++)
            Validate(report.Losses[i], $"steps[{i}]");
        for (int i = 0; i < report.Answers.Count; i++)
            Validate(report.Answers[i], $"answers[{i}]");
        if (report.Retention is { } retention)
            Validate(retention);
        if (report.Budget is { } budget)
            BudgetReportCheck.Validate(budget);
        Require(report.BestEpoch >= 1 && report.BestEpoch <= report.Epochs.Count, "best_epoch", report.BestEpoch);
    }

    private static void Validate(EpochReport epoch, string field, int number)
    {
        Require(epoch.Epoch == number, $"{field}.epoch", epoch.Epoch);
        Require(epoch.RowsPerSecond >= 0, $"{field}.rows_per_second", epoch.RowsPerSecond);
        Validate(epoch.Validation, $"{field}.validation");
    }

    /// <summary>Of an epoch or of what a budget made of one.</summary>
    public static void Validate(ValidationResult? result, string field)
    {
        if (result is null)
            return;
        RequireShare(result.MicroAccuracy, $"{field}.micro_accuracy");
        RequireShare(result.MacroAccuracy, $"{field}.macro_accuracy");
        if (result.Transcripts is not { } errors)
            return;
        Validate(errors.Words, $"{field}.transcripts.words");
        Validate(errors.Characters, $"{field}.transcripts.characters");
        Validate(errors.RawWords, $"{field}.transcripts.raw_words");
        Validate(errors.RawCharacters, $"{field}.transcripts.raw_characters");
    }

    private static void Validate(ErrorRate rate, string field)
    {
        RequireCount(rate.Substitutions, $"{field}.substitutions");
        RequireCount(rate.Insertions, $"{field}.insertions");
        RequireCount(rate.Deletions, $"{field}.deletions");
        RequireCount(rate.Length, $"{field}.length");
    }

    private static void Validate(RetentionAnswer answer, string field)
    {
        RequireThere(answer.Prompt, $"{field}.prompt");
        RequireThere(answer.Before, $"{field}.before");
        RequireThere(answer.After, $"{field}.after");
    }

    private static void Validate(StepLoss step, string field)
    {
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
        Validate(retention.BitsPerByte, "retention.bits_per_byte");
        RequireElements(retention.Drift, "retention.drift");
        for (int i = 0; i < retention.Drift.Count; i++)
        {
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

    public static void RequireThere(object? value, string field) => Require(value is not null, field, "null");

    public static void RequireElements<T>(IReadOnlyList<T?> list, string field) where T : class
    {
        RequireThere(list, field);
        for (int i = 0; i < list.Count; i++)
            RequireThere(list[i], $"{field}[{i}]");
    }

    public static void RequireCount(long value, string field) => Require(value >= 0, field, value);

    public static void RequireShare(double value, string field) => Require(value is >= 0 and <= 1, field, value);

    public static void Require(bool holds, string field, object value)
    {
        if (!holds)
            throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"{field} is {value}, which it can't be."));
    }
}
