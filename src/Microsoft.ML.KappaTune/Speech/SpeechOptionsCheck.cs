using Microsoft.ML.KappaTune.Options;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>Checks all that the estimator's options tell by themselves; the rest is checked when training starts.</summary>
internal static class SpeechOptionsCheck
{
    /// <exception cref="ArgumentException">Values are out of range; the message names each, its property and what is allowed.</exception>
    public static void Validate(KappaTuneSpeechEstimator.Options options)
    {
        var problems = new OptionProblems();
        TuningOptionsCheck.Check(options, problems);
        TuningOptionsCheck.CheckStopping(options, options.ValidationSet is not null, problems, options.MeasureErrors);
        options.Sound?.Check(problems.Within(nameof(options.Sound)));
        options.Fusion?.Check(problems.Within(nameof(options.Fusion)));
        problems.Require(
            options.EncoderEpochs == 0 || options.Fusion?.EncoderModel is null, nameof(options.EncoderEpochs), options.EncoderEpochs,
            $"0 where {nameof(options.Fusion)} names an {nameof(FusionOptions.EncoderModel)}");
        options.Generation?.Check(problems.Within(nameof(options.Generation)));
        CheckInput(options, problems);
        CheckColumns(options, problems);
        problems.Require(
            options.RetentionSet is null || options.RetentionText is null,
            nameof(options.RetentionSet), "set", $"null where {nameof(options.RetentionText)} names a file");
        TuningRequestCheck.CheckPrompts(options.RetentionPrompts, problems);
        problems.Throw();
    }

    private static void CheckInput(KappaTuneSpeechEstimator.Options options, OptionProblems problems)
    {
        bool isFrames = options.Input == SpeechInput.Frames;
        problems.Require(
            isFrames == options.FrameSize is not null, nameof(options.FrameSize), options.FrameSize,
            isFrames ? $"the values of a frame where {nameof(options.Input)} is {SpeechInput.Frames}"
                : $"null where {nameof(options.Input)} is {options.Input}");
        problems.Require(
            options.SampleRate is null || options.Input == SpeechInput.Samples, nameof(options.SampleRate), options.SampleRate,
            $"null where {nameof(options.Input)} is {options.Input}");
        problems.Require(
            options.Sound is null || !isFrames, nameof(options.Sound), "set", $"null where {nameof(options.Input)} is {options.Input}");
    }

    private static void CheckColumns(KappaTuneSpeechEstimator.Options options, OptionProblems problems)
    {
        problems.Require(
            options.LabelColumnName != options.InputColumnName, nameof(options.LabelColumnName), options.LabelColumnName,
            $"a name other than {nameof(options.InputColumnName)}'s");
        (string Property, string Name)[] added =
        [
            (nameof(options.TranscriptColumnName), options.TranscriptColumnName),
            (nameof(options.LogLikelihoodColumnName), options.LogLikelihoodColumnName),
            (nameof(options.MeanLogLikelihoodColumnName), options.MeanLogLikelihoodColumnName),
            (nameof(options.NoSpeechColumnName), options.NoSpeechColumnName),
        ];
        for (int i = 1; i < added.Length; i++)
        {
            problems.Require(
                !added[..i].Any(other => other.Name == added[i].Name), added[i].Property, added[i].Name,
                "a name that no other added column has");
        }
    }
}
