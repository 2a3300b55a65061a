namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// Batches that are solved by threads of their own, one each, which for matrices of a model's usual size is far faster than one after the
/// other by all threads: most of the work is many small products. A large batch has all threads for itself.
/// </summary>
/// <param name="OneThreadEach">Whether each has one thread, or the only one has all.</param>
internal sealed record ScanWave(ScanBatch[] Batches, bool OneThreadEach)
{
    /// <summary>
    /// What all batches of a wave may take, if all were solved at once. Which batches get one thread depends on them and on the number of
    /// threads alone, not on their neighbours, so that a matrix comes out the same in every scan with as many threads.
    /// </summary>
    private const long Bytes = 160L << 20;

    // Where nothing is to be learnt from one batch for the next, the threads wait for each other only once in so many.
    private const int ManyPerThread = 8;

    /// <param name="onePerThread">Whether a wave has no more than one batch a thread.</param>
    public static ScanWave[] Plan(IEnumerable<ScanBatch> batches, int threads, bool onGpu, bool onePerThread)
    {
        int most = onePerThread ? threads : threads * ManyPerThread;
        long bytes = 0;
        var waves = new List<ScanWave>();
        var wave = new List<ScanBatch>();
        foreach (ScanBatch batch in batches)
        {
            bool isSmall = !onGpu && batch.WorkBytes <= Bytes / threads;
            if (wave.Count == most || !isSmall || bytes + batch.WorkBytes > Bytes)
                End();
            if (isSmall)
            {
                wave.Add(batch);
                bytes += batch.WorkBytes;
            }
            else
            {
                waves.Add(new([batch], OneThreadEach: false));
            }
        }

        End();
        return [.. waves];

        void End()
        {
            if (wave.Count > 0)
                waves.Add(new([.. wave], OneThreadEach: true));
            wave.Clear();
            bytes = 0;
        }
    }

    /// <summary>Runs <paramref name="work"/> on the indices of batches; returns when all have ended, even if one of them failed.</summary>
    public void Run(IEnumerable<int> indices, SingleThreadWorkers? workers, Action<int> work)
    {
        if (OneThreadEach)
        {
            workers!.Run(indices, work);
            return;
        }

        foreach (int index in indices)
            work(index);
    }
}
