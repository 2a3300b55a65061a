using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>Checks all that the estimator's options tell by themselves; the rest is checked when training starts.</summary>
internal static class LanguageModelOptionsCheck
{
    /// <exception cref="ArgumentException">Values are out of range; the message names each, its property and what is allowed.</exception>
    public static void Validate(KappaTuneLanguageModelEstimator.Options options)
    {
        var problems = new OptionProblems();
        TuningOptionsCheck.Check(options, problems);
        TuningOptionsCheck.CheckStopping(options, options.ValidationSet is not null, problems);
        problems.Require(
            options.HeadEpochs == 0, nameof(options.HeadEpochs), options.HeadEpochs, "0 for a language model, which has no new head");
        problems.Require(
            options.RetentionSet is null || options.RetentionText is null,
            nameof(options.RetentionSet), "set", $"null where {nameof(options.RetentionText)} names a file");
        problems.Require(
            options.LogLikelihoodColumnName != options.PerplexityColumnName, nameof(options.LogLikelihoodColumnName),
            options.LogLikelihoodColumnName, $"a name other than {nameof(options.PerplexityColumnName)}'s");
        problems.Require(
            options.CompletionColumnName != options.TextColumnName, nameof(options.CompletionColumnName), options.CompletionColumnName,
            $"a name other than {nameof(options.TextColumnName)}'s");
        problems.Require(
            options.MessagesColumnName is null || options.CompletionColumnName is null, nameof(options.MessagesColumnName),
            options.MessagesColumnName, $"null where {nameof(options.CompletionColumnName)} names a column");
        problems.Require(
            options.GeneratedTextColumnName is not { } generated
                || (generated != options.LogLikelihoodColumnName && generated != options.PerplexityColumnName),
            nameof(options.GeneratedTextColumnName), options.GeneratedTextColumnName, "a name other than those of the numbers' columns");
        options.Generation?.Check(problems.Within(nameof(options.Generation)));
        TuningRequestCheck.CheckPrompts(options.RetentionPrompts, problems);
        problems.Throw();
    }
}
