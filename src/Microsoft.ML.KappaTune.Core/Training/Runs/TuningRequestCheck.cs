using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>What of a request of any task can be checked without the base model and the task's rows.</summary>
internal static class TuningRequestCheck
{
    /// <summary>Adds what is wrong.</summary>
    /// <param name="rows">Rows to train on.</param>
    /// <param name="validationRows">Rows to validate on; null where none are given.</param>
    /// <param name="writesTranscripts">Whether transcripts of the validation rows are measured.</param>
    public static void Check(
        TuningRequest request, int rows, int? validationRows, OptionProblems problems, bool writesTranscripts = false)
    {
        TuningOptions o = request.Options;
        TuningOptionsCheck.Check(o, problems);
        problems.Check(request);
        problems.Require(rows > 0, "Train", "", "one row or more");
        problems.Require(validationRows is not 0, "Validation", "", "one row or more, or null");
        problems.Require(
            validationRows is not null || o.ValidationFraction == 0 || rows >= 2, nameof(o.ValidationFraction), o.ValidationFraction,
            "0 where there is one row");
        TuningOptionsCheck.CheckStopping(o, validationRows is not null, problems, writesTranscripts);
        problems.Require(
            o.RetentionText is null or RetentionTexts.English || File.Exists(o.RetentionText),
            nameof(o.RetentionText), o.RetentionText, "the path of a text file that is there, or null");
        CheckPrompts(request.RetentionPrompts, problems);
        problems.Require(
            o.RetentionText is null || request.ControlTexts is null,
            nameof(o.RetentionText), o.RetentionText, "null where the control text is given as rows");
    }

    /// <summary>Adds a problem where a prompt to ask before and after has nothing in it.</summary>
    public static void CheckPrompts(IReadOnlyList<string>? prompts, OptionProblems problems)
    {
        int wrong = prompts is null ? -1 : prompts.ToList().FindIndex(string.IsNullOrEmpty);
        problems.Require(
            wrong < 0, PromptAnswers.OptionName, FormattableString.Invariant($"a list with an empty prompt {wrong + 1}"),
            "texts that aren't empty");
    }
}
