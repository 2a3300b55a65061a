using System.Diagnostics;
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
        int steps = RunToTheEnd("whole", done: 0);
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
        int last = TunerProcess.RunAndKill(process, done, steps, later);
        Assert.False(Directory.Exists(_corpus["disturbed"]), "it ended before it could be killed");
        return last;
    }

    private int RunToTheEnd(string output, int done)
    {
        using Process process = Start(output);
        return TunerProcess.RunToTheEnd(process, done);
    }

    private Process Start(string output) => TunerProcess.Start("pretrain", _corpus.Text, _corpus.Options.Tokenizer!, _corpus[output]);
}
