using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tasks.Classification;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What of a task can be checked without the base model, and the device it names.</summary>
internal static class TuningOptionsCheck
{
    /// <summary>The fewest tokens of a text that is worth it: the two special ones, and two of its own.</summary>
    internal const int ShortestSequence = 4;

    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest task)
    {
        TuningOptions o = task.Options;
        var problems = new OptionProblems();
        problems.Check(o);
        problems.Check(task);
        problems.Check(o.EarlyStopping);
        problems.Check(o.Method is { IsLora: true } ? o.Method : null);
        SelectionCheck.Check(o.Selection, problems);
        problems.Require(
            o.HeadEpochs < Math.Max(o.MaxEpochs, 1), nameof(o.HeadEpochs), o.HeadEpochs, $"0 or more and below MaxEpochs, {o.MaxEpochs}");
        problems.Require(
            o.RetentionText is null || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText, "the path of a text file that is there, or null");
        CheckStates(o, problems);
        CheckRows(task, problems);
        problems.Require(
            o.EarlyStopping is null || task.Validation is not null || o.ValidationFraction > 0,
            nameof(o.EarlyStopping), "set", "null where there are no validation rows: give some, or a ValidationFraction above 0");
        Device? device = problems.Try(nameof(o.Device), () => DeviceName.Parse(o.Device, allowAuto: true));
        problems.Throw();
        return device!;
    }

    private static void CheckStates(TuningOptions o, OptionProblems problems)
    {
        bool hasFolder = o.CheckpointDirectory is not null;
        problems.Require(
            hasFolder || o.CheckpointEvery == 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 where CheckpointDirectory is null");
        problems.Require(hasFolder || !o.Resume, nameof(o.Resume), o.Resume, "false where CheckpointDirectory is null");
    }

    private static void CheckRows(TextClassificationRequest task, OptionProblems problems)
    {
        int classes = task.Classes.Count;
        problems.Require(classes >= 2, nameof(task.Classes), classes == 1 ? "one class" : "", "two classes or more");
        problems.Require(task.Train.Count > 0, nameof(task.Train), "", "one row or more");
        problems.Require(task.Validation is not { Count: 0 }, nameof(task.Validation), "", "one row or more, or null");
        foreach (TextExample row in task.Train.Concat(task.Validation ?? []))
            problems.Require(row.Label >= 0 && row.Label < classes, nameof(row.Label), row.Label, $"0 to {classes - 1}");
        problems.Require(
            task.Validation is not null || task.Options.ValidationFraction == 0 || task.Train.Count >= 2,
            nameof(TuningOptions.ValidationFraction), task.Options.ValidationFraction, "0 where there is one row");
    }
}
