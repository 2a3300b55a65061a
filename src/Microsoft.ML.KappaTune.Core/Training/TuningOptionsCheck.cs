using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tasks.Classification;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What of a task can be checked without the base model, and the device it names.</summary>
internal static class TuningOptionsCheck
{
    /// <summary>The fewest tokens of a text that is worth it: the two special ones, and two of its own.</summary>
    internal const int ShortestSequence = 4;

    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest task)
    {
        TuningOptions o = task.Options;
        Require(!string.IsNullOrWhiteSpace(o.BaseModel), nameof(o.BaseModel), "empty", "a folder in Hugging Face layout, or BaseModel.Embedded");
        Require(o.Selection is not null, nameof(o.Selection), "null", "a selection");
        SelectionCheck.Validate(o.Selection!);
        Require(o.Method is not null, nameof(o.Method), "null", "Direct or Lora");
        Require(o.MaxEpochs >= 1, nameof(o.MaxEpochs), o.MaxEpochs, "1 or more");
        Require(
            o.HeadEpochs >= 0 && o.HeadEpochs < o.MaxEpochs, nameof(o.HeadEpochs), o.HeadEpochs, $"0 or more and below MaxEpochs, {o.MaxEpochs}");
        Require(o.BatchSize >= 1, nameof(o.BatchSize), o.BatchSize, "1 or more");
        Require(o.GradientAccumulation >= 1, nameof(o.GradientAccumulation), o.GradientAccumulation, "1 or more");
        Require(o.LearningRate is > 0 and <= 1, nameof(o.LearningRate), o.LearningRate, "above 0 and at most 1");
        Require(o.HeadLearningRate is > 0 and <= 1, nameof(o.HeadLearningRate), o.HeadLearningRate, "above 0 and at most 1");
        Require(o.WeightDecay is >= 0 and < 1, nameof(o.WeightDecay), o.WeightDecay, "0 or more and below 1");
        Require(Enum.IsDefined(o.Schedule), nameof(o.Schedule), o.Schedule, Names<LearningRateSchedule>());
        Require(o.WarmupRatio is >= 0 and < 1, nameof(o.WarmupRatio), o.WarmupRatio, "0 or more and below 1");
        Require(o.GradientClip > 0, nameof(o.GradientClip), o.GradientClip, "above 0");
        Require(
            o.MaxSequenceLength is null or >= ShortestSequence,
            nameof(o.MaxSequenceLength), o.MaxSequenceLength ?? 0, $"{ShortestSequence} or more, or null for what the model takes");
        Require(o.ValidationFraction is >= 0 and < 1, nameof(o.ValidationFraction), o.ValidationFraction, "0 or more and below 1");
        Require(Enum.IsDefined(o.Precision), nameof(o.Precision), o.Precision, Names<TuningPrecision>());
        Require(o.Threads >= 0, nameof(o.Threads), o.Threads, "0 or more");
        Require(o.ScanCacheDirectory is not "", nameof(o.ScanCacheDirectory), "empty", "a folder, or null for no cache");
        Require(task.LabelSmoothing is >= 0 and < 1, nameof(task.LabelSmoothing), task.LabelSmoothing, "0 or more and below 1");
        Require(Enum.IsDefined(task.ClassWeights), nameof(task.ClassWeights), task.ClassWeights, Names<ClassWeights>());
        Require(
            o.RetentionText is null || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText!, "the path of a text file that is there, or null");
        CheckStates(o);
        CheckRows(task);
        CheckEarlyStopping(task);
        return DeviceName.Parse(o.Device, allowAuto: true);
    }

    private static void CheckStates(TuningOptions o)
    {
        Require(o.CheckpointDirectory is not "", nameof(o.CheckpointDirectory), "empty", "a folder, or null for none");
        Require(o.CheckpointEvery >= 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 or more");
        bool hasFolder = o.CheckpointDirectory is not null;
        Require(
            hasFolder || o.CheckpointEvery == 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 where CheckpointDirectory is null");
        Require(hasFolder || !o.Resume, nameof(o.Resume), o.Resume, "false where CheckpointDirectory is null");
    }

    private static void CheckRows(TextClassificationRequest task)
    {
        int classes = task.Classes.Count;
        Require(classes >= 2, nameof(task.Classes), classes == 1 ? "one class" : "empty", "two classes or more");
        Require(task.Train.Count > 0, nameof(task.Train), "empty", "one row or more");
        Require(task.Validation is not { Count: 0 }, nameof(task.Validation), "empty", "one row or more, or null");
        foreach (TextExample row in task.Train.Concat(task.Validation ?? []))
            Require(row.Label >= 0 && row.Label < classes, nameof(row.Label), row.Label, $"0 to {classes - 1}");
        Require(
            task.Validation is not null || task.Options.ValidationFraction == 0 || task.Train.Count >= 2,
            nameof(TuningOptions.ValidationFraction), task.Options.ValidationFraction, "0 where there is one row");
    }

    private static void CheckEarlyStopping(TextClassificationRequest task)
    {
        if (task.Options.EarlyStopping is not { } early)
            return;
        Require(Enum.IsDefined(early.Metric), nameof(early.Metric), early.Metric, Names<ValidationMetric>());
        Require(early.Patience >= 1, nameof(early.Patience), early.Patience, "1 or more");
        Require(
            task.Validation is not null || task.Options.ValidationFraction > 0,
            nameof(TuningOptions.EarlyStopping), "set", "null where there are no validation rows: give some, or a ValidationFraction above 0");
    }

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());

    private static void Require(bool holds, string property, object value, string allowed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{property} is {value}; allowed is {allowed}."), property);
    }
}
