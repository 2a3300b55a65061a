using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class ClassificationRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest request)
    {
        TuningOptions o = request.Options;
        var problems = new OptionProblems();
        Device? device = TuningOptionsCheck.Check(o, problems);
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
}
