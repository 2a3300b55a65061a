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
        if (request.Labels.AreWords)
            CheckWords(request.Options, request.LabelSmoothing, problems);
        problems.Throw();
        return DeviceName.Parse(request.Options.Device);
    }

    /// <summary>Adds what isn't for classes that are words.</summary>
    public static void CheckWords(TuningOptions options, double labelSmoothing, OptionProblems problems)
    {
        problems.Require(
            options.HeadEpochs == 0, nameof(options.HeadEpochs), options.HeadEpochs, "0 where classes are words, which have no new head");
        problems.Require(
            labelSmoothing == 0, nameof(TextClassificationRequest.LabelSmoothing), labelSmoothing,
            "0 where classes are words, among all of which a label's weight isn't shared");
    }
}
