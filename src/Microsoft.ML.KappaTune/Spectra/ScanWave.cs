using TorchSharp;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// Batches that are solved at the same time, each by one thread, which for matrices of a model's usual size is far faster than one
/// after the other by all threads: most of the work is many small products. A large batch has all threads for itself.
/// </summary>
/// <param name="Batches">The batches, of no more than one a thread.</param>
/// <param name="OneThreadEach">Whether each has one thread, or the only one has all.</param>
internal sealed record ScanWave(ScanBatch[] Batches, bool OneThreadEach)
{
    /// <summary>
    /// What all batches of a wave may take at once. Which batches get one thread depends on them and on the number of threads alone,
    /// not on their neighbours, so that a matrix comes out the same in every scan with as many threads.
    /// </summary>
    private const long Bytes = 160L << 20;

    /// <summary>The waves of batches, in their order.</summary>
    public static ScanWave[] Of(IEnumerable<ScanBatch> batches, int threads, bool onGpu)
    {
        var waves = new List<ScanWave>();
        var wave = new List<ScanBatch>();
        foreach (ScanBatch batch in batches)
        {
            bool isSmall = !onGpu && batch.WorkBytes <= Bytes / threads;
            if (wave.Count == threads || !isSmall)
                End();
            if (isSmall)
                wave.Add(batch);
            else
                waves.Add(new([batch], OneThreadEach: false));
        }

        End();
        return [.. waves];

        void End()
        {
            if (wave.Count > 0)
                waves.Add(new([.. wave], OneThreadEach: true));
            wave.Clear();
        }
    }

    /// <summary>Runs <paramref name="work"/> on the indices of batches; returns when all have ended, even if one of them failed.</summary>
    public void Run(IEnumerable<int> indices, int threads, Action<int> work)
    {
        if (!OneThreadEach)
        {
            foreach (int index in indices)
                work(index);
            return;
        }

        // Threads of their own: the tensor library's setting is one of the thread, and must not stay behind in the pool.
        Task[] tasks = [.. indices.Select(index => Task.Factory.StartNew(
            () =>
            {
                torch.set_num_threads(1);
                work(index);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            Task.WhenAll(tasks).GetAwaiter().GetResult();
        }
        finally
        {
            torch.set_num_threads(threads); // new threads start with what any thread has set last
        }
    }
}
