using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What of a request can be checked without the base model, and the device it names.</summary>
internal static class ClassificationRequestCheck
{
    /// <exception cref="ArgumentException">Options are out of range; the message names each, its value and what is allowed.</exception>
    public static Device Validate(TextClassificationRequest request)
    {
        var problems = new OptionProblems();
        TuningRequestCheck.Check(request, request.Train.Count, request.Validation?.Count, problems);
        int classes = request.Classes.Count;
        problems.Require(classes >= 2, nameof(request.Classes), classes == 1 ? "one class" : "", "two classes or more");
        foreach (TextExample row in request.Train.Concat(request.Validation ?? []))
            problems.Require(row.Label >= 0 && row.Label < classes, nameof(row.Label), row.Label, $"0 to {classes - 1}");
        problems.Throw();
        return DeviceName.Parse(request.Options.Device);
    }
}
