using Microsoft.ML.KappaTune;
using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>Shows how far a scan is: a bar on a terminal, a line for every tenth elsewhere.</summary>
internal static class ScanBar
{
    private const int NameWidth = 30;

    public static ScanReport Show(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan) =>
        Screen.IsTerminal(writer) ? WithBar(writer, scan) : WithLines(writer, scan);

    private static ScanReport WithBar(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan) => Screen.On(writer).Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 20 }, new PercentageColumn())
        .Start(context =>
        {
            ProgressTask bar = context.AddTask("Reading the checkpoint");
            return scan(progress =>
            {
                bar.MaxValue = Math.Max(1, progress.TotalBytes);
                bar.Value = progress.Bytes;
                bar.Description = Markup.Escape(Words.Shorten(progress.Tensor, NameWidth) + Remaining(progress));
            });
        });

    private static ScanReport WithLines(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan)
    {
        long written = 0;
        return scan(progress =>
        {
            long tenth = progress.TotalBytes == 0 ? 10 : 10 * progress.Bytes / progress.TotalBytes;
            if (tenth == written)
                return;
            written = tenth;
            writer.WriteLine($"{10 * tenth} %: {progress.Tensors} of {progress.TotalTensors} tensors{Remaining(progress)}");
        });
    }

    private static string Remaining(ScanProgress progress) =>
        progress.Tensors < progress.TotalTensors && progress.Remaining is { } time ? $", {Words.Duration(time)} left" : "";
}
