using System.Globalization;
using Microsoft.ML.KappaTune;
using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>Shows how far a training is: a bar on a terminal, a line for every tenth and every validation elsewhere.</summary>
internal static class TuningBar
{
    /// <summary>Runs what reports to it, and gives its result.</summary>
    public static T Show<T>(TextWriter writer, Func<Action<TuningProgress>, T> tune) =>
        Screen.IsTerminal(writer) ? WithBar(writer, tune) : WithLines(writer, tune);

    private static T WithBar<T>(TextWriter writer, Func<Action<TuningProgress>, T> tune) => Screen.On(writer).Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 10 }, new PercentageColumn())
        .Start(context =>
        {
            ProgressTask bar = context.AddTask("Reading the base model");
            return tune(progress =>
            {
                bar.MaxValue = Math.Max(1, progress.TotalSteps);
                bar.Value = progress.Step;
                bar.Description = Markup.Escape(Describe(progress));
            });
        });

    private static T WithLines<T>(TextWriter writer, Func<Action<TuningProgress>, T> tune)
    {
        (TuningPhase Phase, long Tenth) written = default;
        return tune(progress =>
        {
            // An epoch's end without validation rows has nothing to say.
            if (progress is { Phase: TuningPhase.Validated, Validation: null })
                return;
            long tenth = progress.TotalSteps == 0 ? 10 : 10L * progress.Step / progress.TotalSteps;
            bool isNext = tenth > 0 && (progress.Phase, tenth) != written;
            if (progress.Phase == TuningPhase.Validated || isNext)
                writer.WriteLine(Describe(progress));
            if (progress.Phase != TuningPhase.Validated)
                written = (progress.Phase, tenth);
        });
    }

    private static string Describe(TuningProgress progress)
    {
        string steps = $"{Words.Count(progress.Step)}/{Words.Count(progress.TotalSteps)}";
        string epoch = $"Epoch {progress.Epoch}/{progress.TotalEpochs}";
        return progress switch
        {
            { Phase: TuningPhase.Scanning } => $"Scanning: {steps} tensors",
            { Phase: TuningPhase.Tokenizing } => $"Tokenizing: {steps} rows",
            { Phase: TuningPhase.Retention } => $"Measuring what was kept: {steps} windows",
            { Validation: { } validation } => string.Create(
                CultureInfo.InvariantCulture,
                $"{epoch}: validation loss {validation.Loss:0.0000}, accuracy {100 * validation.MicroAccuracy:0.0} %"),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{epoch}, step {steps}, loss {progress.Loss:0.000}, lr {progress.LearningRate:0.0e0}, {progress.RowsPerSecond:0} rows/s")
                + (progress.Remaining is { } time ? $", {Words.Duration(time)} left" : ""),
        };
    }
}
