using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Shares the cores out among callers that score. A short text is computed by one thread, kept for that: starting and joining others
/// would cost what they save, and several callers are threads enough. Who has more work gets the count of threads that is set, and waits
/// for others that have so much: threads of several such callers would mostly wait for each other. The work alone decides, not what else
/// goes on, so that a text has the same score to the last bit, however many callers there are. Thread-safe.
/// </summary>
internal static class ScoringThreads
{
    // Below, a second thread makes a prediction hardly faster, and several callers much slower (benchmarks/RESULTS.md).
    private const double LeastToShare = 1e9;

    private static readonly object Cores = new();
    private static readonly Lazy<BlockingCollection<Job>> ShortWork = new(StartWorkers);

    // A caller waits for its job: it needs one at a time, and none of them needs to be made anew.
    [ThreadStatic]
    private static Job? t_job;

    /// <summary>Computes without autograd, on this thread or another, and gives the values when it is done.</summary>
    /// <param name="device">Where it computes; on a GPU there is nothing to share out.</param>
    /// <param name="operations">Floating-point operations, roughly.</param>
    /// <param name="compute">What to do; its exception is the caller's, its tensors are disposed.</param>
    public static float[] Run(Device device, double operations, Func<Tensor> compute)
    {
        if (device.type != DeviceType.CPU || get_num_threads() == 1)
            return Values();
        if (operations < LeastToShare)
            return (t_job ??= new()).Run(Values, ShortWork.Value);
        lock (Cores)
            return Values();

        float[] Values()
        {
            using var mode = no_grad();
            using var scope = NewDisposeScope();
            return compute().to(ScalarType.Float32).to(CPU).contiguous().data<float>().ToArray();
        }
    }

    /// <summary>
    /// Threads whose count of the library's threads is 1, one a core. Setting it for every text instead would cost more than is gained:
    /// the library starts a pool of threads anew each time.
    /// </summary>
    private static BlockingCollection<Job> StartWorkers()
    {
        var jobs = new BlockingCollection<Job>();
        int usual = get_num_threads();
        int count = Environment.ProcessorCount;
        using var started = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            // Unsafe: they outlive the caller that happens to be the first, and so mustn't carry its context.
            new Thread(() =>
            {
                // Asking first: a thread that never did would take the usual count when it first computes.
                get_num_threads();
                set_num_threads(1);
                started.Signal();
                foreach (Job job in jobs.GetConsumingEnumerable())
                    job.Do();
            })
            { IsBackground = true, Name = $"KappaTune scoring {i + 1}" }.UnsafeStart();
        }

        started.Wait();
        // A thread that is new to the library takes the count that was set last, by any thread.
        set_num_threads(usual);
        return jobs;
    }

    /// <summary>What a caller wants done.</summary>
    private sealed class Job
    {
        private readonly SemaphoreSlim _done = new(0);
        private Func<float[]>? _compute;
        private float[] _found = [];
        private ExceptionDispatchInfo? _thrown;

        /// <summary>Gives it to a worker, and waits.</summary>
        public float[] Run(Func<float[]> compute, BlockingCollection<Job> workers)
        {
            (_compute, _thrown) = (compute, null);
            workers.Add(this);
            _done.Wait();
            float[] found = _found;
            (_compute, _found) = (null, []);
            _thrown?.Throw();
            return found;
        }

        /// <summary>The worker's part.</summary>
        public void Do()
        {
            try
            {
                _found = _compute!();
            }
            catch (Exception e)
            {
                _thrown = ExceptionDispatchInfo.Capture(e);
            }

            _done.Release();
        }
    }
}
