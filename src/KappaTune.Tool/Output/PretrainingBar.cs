using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.KappaTune.Pretraining;
using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>Shows how far a pre-training is: a bar on a terminal; elsewhere a line now and then, and one for every measurement.</summary>
internal static class PretrainingBar
{
    private static readonly TimeSpan s_betweenLines = TimeSpan.FromSeconds(30);

    public static T Show<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain) =>
        Screen.IsTerminal(writer) ? WithBar(writer, pretrain) : WithLines(writer, pretrain);

    private static T WithBar<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain)
    {
        IAnsiConsole console = Screen.On(writer);
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 10 }, new PercentageColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask("Reading the text");
                return pretrain(progress =>
                {
                    bar.MaxValue = progress.TotalSteps;
                    bar.Value = progress.Step;
                    if (progress.HeldOut is null)
                        bar.Description = Markup.Escape(Describe(progress));
                    else
                        console.WriteLine(Describe(progress));
                });
            });
    }

    private static T WithLines<T>(TextWriter writer, Func<Action<PretrainingProgress>, T> pretrain)
    {
        var clock = Stopwatch.StartNew();
        bool hasWritten = false;
        return pretrain(progress =>
        {
            bool isDue = !hasWritten || clock.Elapsed >= s_betweenLines || progress.Step == progress.TotalSteps;
            if (progress.HeldOut is null && !isDue)
                return;
            writer.WriteLine(Describe(progress));
            hasWritten |= progress.HeldOut is null;
            if (progress.HeldOut is null)
                clock.Restart();
        });
    }

    private static string Describe(PretrainingProgress progress)
    {
        string step = $"Step {Words.Count(progress.Step)}/{Words.Count(progress.TotalSteps)}";
        string left = progress.Remaining is { } time && progress.Step < progress.TotalSteps ? $", {Words.Duration(time)} left" : "";
        return progress.HeldOut is { } result
            ? string.Create(CultureInfo.InvariantCulture, $"{step}: held-out loss {result.Loss:0.0000}, accuracy {100 * result.Accuracy:0.0} %")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{step}, loss {progress.Loss:0.000}, {progress.StepsPerSecond:0.0#} steps/s, {progress.TokensPerSecond:0} tokens/s{left}");
    }
}
