using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Scanning;
using Microsoft.ML.KappaTune.Tests.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Scanning;

[Collection(nameof(ProcessSettings))]
public sealed class ScanWaveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Small_batches_go_together_up_to_some_a_thread_and_large_ones_alone()
    {
        // Of the small ones, a byte a value and one row: no Gram matrix to speak of. The large one is more than all threads may hold.
        string path = TestCheckpoint.Write(_folder.File("m.safetensors"),
            [.. new[] { 8, 8, 8, 200 << 20, 8, 8 }.Select((columns, i) => ($"w{i}", zeros([1, columns], uint8)))]);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        ScanBatch[] batches = [.. checkpoint.Weights.OrderBy(t => t.Name, StringComparer.Ordinal)
            .SelectMany(t => ScanBatch.Split(t, [.. MatrixList.From(t)], onGpu: false))];
        Assert.Equal(
            [("w0 w1", true), ("w2", true), ("w3", false), ("w4 w5", true)],
            ScanWave.Plan(batches, threads: 2, onGpu: false, onePerThread: true).Select(Describe));
        Assert.Equal(
            [("w0 w1 w2", true), ("w3", false), ("w4 w5", true)],
            ScanWave.Plan(batches, threads: 2, onGpu: false, onePerThread: false).Select(Describe));
        Assert.Equal(6, ScanWave.Plan(batches, threads: 1, onGpu: false, onePerThread: true).Length);
        Assert.All(ScanWave.Plan(batches, threads: 4, onGpu: true, onePerThread: true),
            wave => Assert.Equal((1, false), (wave.Batches.Length, wave.OneThreadEach)));

        static (string, bool) Describe(ScanWave wave) => (string.Join(' ', wave.Batches.Select(b => b.Tensor.Name)), wave.OneThreadEach);
    }

    [Fact]
    public void Each_of_a_wave_has_one_thread_and_a_failure_waits_for_the_others()
    {
        int before = get_num_threads(), ended = 0;
        var wave = new ScanWave([], OneThreadEach: true);
        using var workers = new SingleThreadWorkers(2);
        Assert.Throws<InvalidOperationException>(() => wave.Run([0, 1, 2], workers, index =>
        {
            Assert.Equal(1, get_num_threads());
            if (index == 0)
                throw new InvalidOperationException();
            Interlocked.Increment(ref ended);
        }));
        Assert.Equal(2, ended);
        Assert.Equal(before, get_num_threads());
        int started = 0;
        var thread = new Thread(() => started = get_num_threads());
        thread.Start();
        thread.Join();
        Assert.Equal(before, started);

        new ScanWave([], OneThreadEach: false).Run([5], workers: null, index => Assert.Equal((5, before), (index, get_num_threads())));
    }
}
