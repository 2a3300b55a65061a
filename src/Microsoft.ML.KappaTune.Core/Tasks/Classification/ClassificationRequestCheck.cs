using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class ClassificationRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest request)
    {
        TuningOptions o = request.Options;
        var problems = new OptionProblems();
        TuningOptionsCheck.Check(o, problems);
        problems.Check(request);
        CheckRows(request, problems);
        TuningOptionsCheck.CheckStopping(o, request.Validation is not null, problems);
        problems.Require(
            o.RetentionText is null or RetentionTexts.English || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText, "the path of a text file that is there, or null");
        problems.Require(
            o.RetentionText is null || request.ControlTexts is null,
            nameof(o.RetentionText), o.RetentionText, "null where the control text is given as rows");
        problems.Throw();
        return DeviceName.Parse(o.Device);
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
}
