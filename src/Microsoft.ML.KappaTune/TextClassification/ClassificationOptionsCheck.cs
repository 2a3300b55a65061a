using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Checks all that the trainer's options tell by themselves; the rest is checked when training starts.</summary>
internal static class ClassificationOptionsCheck
{
    /// <exception cref="ArgumentException">Values are out of range; the message names each, its property and what is allowed.</exception>
    public static void Validate(KappaTuneTextClassificationTrainer.Options options)
    {
        var problems = new OptionProblems();
        TuningOptionsCheck.Check(options, problems);
        TuningOptionsCheck.CheckStopping(options, options.ValidationSet is not null, problems);
        problems.Require(
            options.RetentionSet is null || options.RetentionText is null,
            nameof(options.RetentionSet), "set", $"null where {nameof(options.RetentionText)} names a file");
        problems.Require(
            options.ScoreColumnName != options.OutputColumnName, nameof(options.ScoreColumnName), options.ScoreColumnName,
            $"a name other than {nameof(options.OutputColumnName)}'s");
        options.ClassLabels?.Check(problems.Within(nameof(options.ClassLabels)));
        if (options.ClassLabels is { AreWords: true } labels)
        {
            ClassificationRequestCheck.CheckWords(options, options.LabelSmoothing, problems);
            bool hasPair = new PromptTemplate(labels.Prompt!).HasPair;
            problems.Require(
                hasPair == options.Sentence2ColumnName is not null, nameof(options.Sentence2ColumnName), options.Sentence2ColumnName,
                $"{(hasPair ? "the second text's column" : "null")} where {nameof(options.ClassLabels)}.{nameof(labels.Prompt)} has "
                + $"{(hasPair ? "a" : "no")} {PromptPlaces.Pair}");
        }

        problems.Throw();
    }
}
