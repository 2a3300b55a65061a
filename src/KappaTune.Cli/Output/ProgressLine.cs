using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>One line of a terminal that says how far work is: a percentage and a bar, and behind them what there is room for.</summary>
internal sealed class ProgressLine
{
    // A percentage, a bar, a space behind each, and the last column, which may make a terminal go to the next line.
    private const int BarWidth = 20, Taken = 4 + 1 + BarWidth + 1 + 2;

    private readonly ProgressTask _task;
    private readonly int _room;

    private ProgressLine(ProgressTask task, int room) => (_task, _room) = (task, room);

    /// <summary>Shows the line while something runs, and gives its result.</summary>
    /// <param name="first">What is done before the first step.</param>
    public static T Show<T>(IAnsiConsole console, string first, Func<ProgressLine, T> work) => console.Progress()
        .AutoClear(true)
        .Columns(new PercentageColumn(), new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context => work(new(context.AddTask(first), console.Profile.Width - Taken)));

    /// <param name="parts">What to say, the most important first; what has no room is left out. Empty parts are none.</param>
    public void Set(double done, double all, params IEnumerable<string> parts)
    {
        _task.MaxValue = Math.Max(1, all);
        _task.Value = done;
        string words = "";
        foreach (string part in parts.Where(part => part.Length > 0))
        {
            string longer = words.Length == 0 ? part : $"{words}, {part}";
            if (words.Length > 0 && longer.Length > _room)
                break;
            words = longer;
        }

        _task.Description = Markup.Escape(PlainText.Shorten(words, _room));
    }
}
