using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

/// <summary>A process that pre-trains is ended, with SIGKILL where there is such a thing, and another one goes on.</summary>
public sealed class PretrainingKillTests : IDisposable
{
    private const int Kills = 8;

    private readonly TinyCorpus _corpus = new();

    public void Dispose() => _corpus.Dispose();

    [Fact]
    public void Ended_again_and_again_it_gives_what_it_gives_undisturbed()
    {
        int steps = RunToTheEnd("whole", expectedFirst: 0);
        var random = new Random(7);
        int done = 0;
        for (int kill = 0; kill < Kills; kill++)
            done = RunAndKill(done, random.Next(1, 4), TimeSpan.FromMilliseconds(20 * random.NextDouble()));
        Assert.InRange(done, Kills, steps - 1);
        RunToTheEnd("disturbed", done);
        Assert.Equal(_corpus.WeightsOf("whole"), _corpus.WeightsOf("disturbed"));
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(Path.GetDirectoryName(_corpus.Text)!), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private int RunAndKill(int done, int steps, TimeSpan later)
    {
        using Process process = Start("disturbed");
        int last = Begin(process, done);
        for (int step = 0; step < steps; step++)
        {
            last = Number(process.StandardOutput.ReadLine(), "step");
            process.StandardInput.WriteLine();
        }

        TunerProcess.KillAfter(process, later);
        while (process.StandardOutput.ReadLine() is { } line)
            last = Number(line, "step");
        process.WaitForExit();
        Assert.False(Directory.Exists(_corpus["disturbed"]), "it ended before it could be killed");
        return last;
    }

    private int RunToTheEnd(string output, int expectedFirst)
    {
        using Process process = Start(output);
        process.StandardInput.Close();
        int last = Begin(process, expectedFirst);
        while (process.StandardOutput.ReadLine() is { } line)
            last = Number(line, "step");
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return last;
    }

    /// <summary>The last step of the process before, or, where its state wasn't whole yet, the one before that.</summary>
    private static int Begin(Process process, int before)
    {
        int at = Number(process.StandardOutput.ReadLine(), "at");
        Assert.InRange(at, Math.Max(0, before - 1), before);
        return at;
    }

    private Process Start(string output) => TunerProcess.Start("pretrain", _corpus.Text, _corpus.Options.Tokenizer!, _corpus[output]);

    private static int Number(string? line, string what)
    {
        Assert.StartsWith($"{what} ", line);
        return int.Parse(line.AsSpan(what.Length + 1), CultureInfo.InvariantCulture);
    }
}
