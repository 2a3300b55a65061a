using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.KappaTune.Tests.Training.Resume;

/// <summary>A process that trains is ended, with SIGKILL where there is such a thing, and another one goes on.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 20;

    private readonly TinyTask _tiny = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Ended_twenty_times_at_any_moment_it_gives_what_it_gives_undisturbed()
    {
        string rows = _folder.Write("rows.tsv", string.Concat(TinyTask.Rows(80, seed: 1).Select(row => $"{row.Label}\t{row.Text}\n")));
        string whole = _folder.File("whole.safetensors"), resumed = _folder.File("resumed.safetensors");
        int steps = RunToTheEnd(rows, "undisturbed", whole, expectedFirst: 0);

        var random = new Random(11);
        int done = 0;
        for (int kill = 0; kill < Kills; kill++)
            done = RunAndKill(rows, resumed, done, random.Next(1, 4), TimeSpan.FromMilliseconds(20 * random.NextDouble()));
        Assert.InRange(done, Kills, steps - 1);
        RunToTheEnd(rows, "disturbed", resumed, done);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));
    }

    /// <summary>
    /// Lets a run make some steps, and ends it a little later: while it keeps the last one's state, or in the next step, before which it
    /// waits. Returns the last step it told of.
    /// </summary>
    private int RunAndKill(string rows, string output, int done, int steps, TimeSpan later)
    {
        using Process process = Start(rows, "disturbed", output);
        int last = Begin(process, done);
        for (int step = 0; step < steps; step++)
        {
            last = Read(process, "step");
            process.StandardInput.WriteLine();
        }

        TunerProcess.KillAfter(process, later);
        // What it told of before it was gone.
        while (process.StandardOutput.ReadLine() is { } line)
            last = Number(line, "step");
        process.WaitForExit();
        Assert.False(File.Exists(output), "it ended before it could be killed");
        return last;
    }

    private int RunToTheEnd(string rows, string states, string output, int expectedFirst)
    {
        using Process process = Start(rows, states, output);
        process.StandardInput.Close();
        int last = Begin(process, expectedFirst);
        while (process.StandardOutput.ReadLine() is { } line)
            last = Number(line, "step");
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return last;
    }

    /// <summary>
    /// The step it goes on after: the last one of the process before, or, where its state wasn't whole yet, the one before that.
    /// </summary>
    private static int Begin(Process process, int before)
    {
        int at = Read(process, "at");
        Assert.InRange(at, Math.Max(0, before - 1), before);
        return at;
    }

    private Process Start(string rows, string states, string output) => TunerProcess.Start(_tiny.Base, rows, _folder.File(states), output);

    private static int Read(Process process, string what) => Number(process.StandardOutput.ReadLine(), what);

    private static int Number(string? line, string what)
    {
        Assert.StartsWith($"{what} ", line);
        return int.Parse(line.AsSpan(what.Length + 1), CultureInfo.InvariantCulture);
    }
}
