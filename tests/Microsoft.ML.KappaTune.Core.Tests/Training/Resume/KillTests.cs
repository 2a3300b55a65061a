using System.Diagnostics;

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
        int steps = RunToTheEnd(rows, "undisturbed", whole, done: 0);

        var random = new Random(11);
        int done = 0;
        for (int kill = 0; kill < Kills; kill++)
            done = RunAndKill(rows, resumed, done, random.Next(1, 4), TimeSpan.FromMilliseconds(20 * random.NextDouble()));
        Assert.InRange(done, Kills, steps - 1);
        RunToTheEnd(rows, "disturbed", resumed, done);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(resumed));
    }

    private int RunAndKill(string rows, string output, int done, int steps, TimeSpan later)
    {
        using Process process = Start(rows, "disturbed", output);
        int last = TunerProcess.RunAndKill(process, done, steps, later);
        Assert.False(File.Exists(output), "it ended before it could be killed");
        return last;
    }

    private int RunToTheEnd(string rows, string states, string output, int done)
    {
        using Process process = Start(rows, states, output);
        return TunerProcess.RunToTheEnd(process, done);
    }

    private Process Start(string rows, string states, string output) => TunerProcess.Start(_tiny.Base, rows, _folder.File(states), output);
}
