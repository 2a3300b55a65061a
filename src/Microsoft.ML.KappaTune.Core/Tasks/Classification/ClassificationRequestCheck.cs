using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class ClassificationRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest request)
    {
        TuningOptions o = request.Options;
        var problems = new OptionProblems();
        Device? device = CheckOptions(o, problems);
        problems.Check(request);
        CheckRows(request, problems);
        problems.Require(
            o.EarlyStopping is null || request.Validation is not null || o.ValidationFraction > 0,
            nameof(o.EarlyStopping), "set", "null where there are no validation rows: give some, or a ValidationFraction above 0");
        problems.Throw();
        return device!;
    }

    private static void CheckRows(TextClassificationRequest request, OptionProblems problems)
    {
        int classes = request.Classes.Count;
        problems.Require(classes >= 2, nameof(request.Classes), classes == 1 ? "one class" : "", "two classes or more");
        problems.Require(request.Train.Count > 0, nameof(request.Train), "", "one row or more");
        problems.Require(request.Validation is not { Count: 0 }, nameof(request.Validation), "", "one row or more, or null");
        foreach (TextExample row in request.Train.Concat(request.Validation ?? []))
            problems.Require(row.Label >= 0 && row.Label < classes, nameof(row.Label), row.Label, $"0 to {classes - 1}");
        problems.Require(
            request.Validation is not null || request.Options.ValidationFraction == 0 || request.Train.Count >= 2,
            nameof(TuningOptions.ValidationFraction), request.Options.ValidationFraction, "0 where there is one row");
    }

    /// <summary>Adds what is wrong with the options.</summary>
    /// <returns>The device that they name; null where there is none.</returns>
    private static Device? CheckOptions(TuningOptions o, OptionProblems problems)
    {
        problems.Check(o);
        problems.Check(o.EarlyStopping);
        problems.Check(o.Method is { IsLora: true } ? o.Method : null);
        SelectionCheck.Check(o.Selection, problems);
        problems.Require(
            o.HeadEpochs < Math.Max(o.MaxEpochs, 1), nameof(o.HeadEpochs), o.HeadEpochs, $"0 or more and below MaxEpochs, {o.MaxEpochs}");
        problems.Require(
            o.RetentionText is null || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText, "the path of a text file that is there, or null");
        bool hasFolder = o.CheckpointDirectory is not null;
        problems.Require(
            hasFolder || o.CheckpointEvery == 0, nameof(o.CheckpointEvery), o.CheckpointEvery, "0 where CheckpointDirectory is null");
        problems.Require(hasFolder || !o.Resume, nameof(o.Resume), o.Resume, "false where CheckpointDirectory is null");
        return problems.Try(nameof(o.Device), () => DeviceName.Parse(o.Device));
    }
}
