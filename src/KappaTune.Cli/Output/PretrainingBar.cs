using System.Diagnostics;
using Microsoft.ML.KappaTune.Pretraining;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>Shows how far a pre-training is: a bar on a terminal; elsewhere a line now and then, and one for every measurement.</summary>
internal static class PretrainingBar
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    public static T Show<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain) =>
        Screen.IsTerminal(writer) ? WithBar(writer, pretrain) : WithLines(writer, pretrain);

    private static T WithBar<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain)
    {
        IAnsiConsole console = Screen.On(writer);
        return ProgressLine.Show(console, "Reading the text", line => pretrain(progress =>
        {
            if (progress.HeldOut is null)
                line.Set(progress.Step, progress.TotalSteps, Parts(progress));
            else
                console.WriteLine(Describe(progress));
        }));
    }

    private static T WithLines<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain)
    {
        var clock = Stopwatch.StartNew();
        bool hasWritten = false;
        return pretrain(progress =>
        {
            bool isDue = !hasWritten || clock.Elapsed >= BetweenLines || progress.Step == progress.TotalSteps;
            if (progress.HeldOut is null && !isDue)
                return;
            writer.WriteLine(Describe(progress));
            hasWritten |= progress.HeldOut is null;
            if (progress.HeldOut is null)
                clock.Restart();
        });
    }

    private static string Describe(PretrainingProgress progress) => progress.HeldOut is { } result
        ? Invariant($"{Step(progress)}: held-out loss {result.Loss:0.0000}, accuracy {100 * result.Accuracy:0.0} %")
        : string.Join(", ", Parts(progress).Where(part => part.Length > 0));

    /// <summary>What there is to say, the most important first.</summary>
    private static string[] Parts(PretrainingProgress progress) =>
    [
        Step(progress),
        Invariant($"loss {progress.Loss:0.000}"),
        progress.Remaining is { } time && progress.Step < progress.TotalSteps ? $"{NumberText.Duration(time)} left" : "",
        Invariant($"{progress.StepsPerSecond:0.0#} steps/s"),
        Invariant($"{progress.TokensPerSecond:0} tokens/s"),
    ];

    private static string Step(PretrainingProgress progress) =>
        $"Step {NumberText.Count(progress.Step)}/{NumberText.Count(progress.TotalSteps)}";
}
