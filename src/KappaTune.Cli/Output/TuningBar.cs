using System.Diagnostics;
using Microsoft.ML.KappaTune.Training.Progress;

namespace KappaTune.Cli.Output;

/// <summary>Shows how far a training is: a bar on a terminal, a line for every tenth and every validation elsewhere.</summary>
internal static class TuningBar
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    /// <summary>Runs what reports to it, and gives its result.</summary>
    /// <param name="countsTokens">Whether the loss counts tokens, as that of a language model does, and not rows.</param>
    public static T Show<T>(TextWriter writer, bool countsTokens, Func<Action<TuningProgress>, T> tune) =>
        Show(writer, countsTokens, (progress, _) => tune(progress));

    /// <summary>The same of what also has lines to show before it trains.</summary>
    /// <param name="countsTokens">Whether the loss counts tokens, as that of a language model does, and not rows.</param>
    public static T Show<T>(TextWriter writer, bool countsTokens, Func<Action<TuningProgress>, Action<string>, T> tune) =>
        Screen.IsTerminal(writer) ? WithBar(writer, countsTokens, tune) : WithLines(writer, countsTokens, tune);

    private static T WithBar<T>(TextWriter writer, bool countsTokens, Func<Action<TuningProgress>, Action<string>, T> tune) =>
        ProgressLine.Show(Screen.On(writer), "Reading the base model", line => tune(
            progress => line.Set(progress.Step, progress.TotalSteps, Parts(progress, countsTokens)), note => line.Set(0, 1, note)));

    private static T WithLines<T>(TextWriter writer, bool countsTokens, Func<Action<TuningProgress>, Action<string>, T> tune)
    {
        // Of each phase: transcripts are written between steps.
        Dictionary<TuningPhase, long> written = [];
        var clock = Stopwatch.StartNew();
        return tune(Write, writer.WriteLine);

        void Write(TuningProgress progress)
        {
            // An epoch's end without validation rows has nothing to say.
            if (progress is { Phase: TuningPhase.Validated, Validation: null })
                return;
            long tenth = progress.TotalSteps == 0 ? 10 : 10L * progress.Step / progress.TotalSteps;
            bool isNext = tenth > 0 && tenth != written.GetValueOrDefault(progress.Phase);
            // What takes no time is said once, when it's done, and transcripts, whose errors are said then, not at all.
            bool isSlow = progress.Phase is TuningPhase.Training or TuningPhase.EncoderAlone || clock.Elapsed >= Slow
                || (tenth == 10 && progress.Phase != TuningPhase.Transcribing);
            if (progress.Phase == TuningPhase.Validated || (isNext && isSlow))
            {
                writer.WriteLine(string.Join(", ", Parts(progress, countsTokens).Where(part => part.Length > 0)));
                clock.Restart();
                if (progress.Phase != TuningPhase.Validated)
                    written[progress.Phase] = tenth;
            }
        }
    }

    /// <summary>What there is to say, the most important first.</summary>
    private static string[] Parts(TuningProgress progress, bool countsTokens)
    {
        string steps = $"{NumberText.Count(progress.Step)}/{NumberText.Count(progress.TotalSteps)}";
        string epoch = $"Epoch {progress.Epoch}/{progress.TotalEpochs}";
        string left = progress.Remaining is { } time ? $"{NumberText.Duration(time)} left" : "";
        return progress switch
        {
            { Phase: TuningPhase.Scanning } => [$"Scanning: {steps} tensors"],
            { Phase: TuningPhase.Tokenizing } => [$"Tokenizing: {steps} rows"],
            { Phase: TuningPhase.Encoding } => [$"Encoding: {steps} rows"],
            { Phase: TuningPhase.Probing } => [$"Finding the learning rate: step {steps}"],
            { Phase: TuningPhase.Deciding } => [$"Measuring against the budget: {steps}"],
            { Phase: TuningPhase.Transcribing } => [$"{epoch}: transcripts of {steps} validation rows", left],
            { Phase: TuningPhase.EncoderAlone } =>
            [
                $"The encoder alone: epoch {progress.Epoch}/{progress.TotalEpochs}",
                Invariant($"loss {progress.Loss:0.000}"),
                left,
                $"step {steps}",
            ],
            { Phase: TuningPhase.Retention } => [$"Measuring what was kept: {steps}"],
            { Validation: { } validation } =>
                [Invariant($"{epoch}: validation loss {validation.Loss:0.0000}, ") + Measured(validation, countsTokens)],
            _ =>
            [
                epoch,
                Invariant($"loss {progress.Loss:0.000}"),
                BudgetWords.Used(progress) ?? "",
                left,
                $"step {steps}",
                Invariant($"{progress.RowsPerSecond:0} {(countsTokens ? "tokens/s" : "rows/s")}"),
                progress.LearningRate > 0 ? Invariant($"lr {progress.LearningRate:0.0e0}") : "",
            ],
        };
    }

    private static string Measured(ValidationResult validation, bool countsTokens) =>
        validation.Transcripts is { } heard
            ? Invariant($"word errors {100 * heard.Words.Value:0.0} %, character errors {100 * heard.Characters.Value:0.0} %")
        : countsTokens ? $"perplexity {NumberText.Ratio(validation.Perplexity)}"
        : Invariant($"accuracy {100 * validation.MicroAccuracy:0.0} %");
}
