using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>Checks the trainer's options as far as they can be without data; the rest is checked when training starts.</summary>
internal static class ClassificationOptionsCheck
{
    /// <exception cref="ArgumentException">Values are out of range; the message names each, its property and what is allowed.</exception>
    public static void Validate(KappaTuneTextClassificationTrainer.Options options)
    {
        var problems = new OptionProblems();
        problems.Check(options);
        problems.Require(
            options.ScoreColumnName != options.OutputColumnName, nameof(options.ScoreColumnName), options.ScoreColumnName,
            $"a name other than {nameof(options.OutputColumnName)}'s");
        problems.Throw();
    }
}
