namespace KappaTune.Cli.Output;

/// <summary>Shows how far a scan is: a bar on a terminal, a line for every tenth elsewhere.</summary>
internal static class ScanBar
{
    private const int NameWidth = 30;

    public static ScanReport Show(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan) =>
        Screen.IsTerminal(writer) ? WithBar(writer, scan) : WithLines(writer, scan);

    private static ScanReport WithBar(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan) => ProgressLine.Show(
        Screen.On(writer), "Reading the checkpoint", line => scan(progress => line.Set(
            progress.Bytes, progress.TotalBytes, new TensorNames([progress.Tensor]).Shorten(progress.Tensor, NameWidth),
            Remaining(progress))));

    private static ScanReport WithLines(TextWriter writer, Func<Action<ScanProgress>, ScanReport> scan)
    {
        long written = 0;
        return scan(progress =>
        {
            long tenth = progress.TotalBytes == 0 ? 10 : 10 * progress.Bytes / progress.TotalBytes;
            if (tenth <= written)
                return;
            written = tenth;
            string left = Remaining(progress) is { Length: > 0 } time ? $", {time}" : "";
            writer.WriteLine($"{10 * tenth} %: {progress.Tensors} of {progress.TotalTensors} tensors{left}");
        });
    }

    private static string Remaining(ScanProgress progress) =>
        progress.Tensors < progress.TotalTensors && progress.Remaining is { } time ? $"{NumberText.Duration(time)} left" : "";
}
