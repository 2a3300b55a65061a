using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Shares the cores among callers that score. Short work runs on one thread, because starting and joining others would cost what they save.
/// Long work runs on all threads, and one caller at a time, because the threads of several would mostly wait for each other. The amount of
/// work alone decides, so that a text has the same score to the last bit, however many callers there are. Thread-safe.
/// </summary>
internal static class ScoringThreads
{
    // Below this, a second thread makes one caller hardly faster, and several callers much slower (benchmarks/RESULTS.md).
    private const double MinimumToShare = 1e9;

    private static readonly object Cores = new();

    // These threads are kept, because the library starts a pool of threads whenever a thread's count is set, which costs more than it
    // saves.
    private static readonly Lazy<SingleThreadWorkers> ShortWork = new(() => new(Environment.ProcessorCount));

    /// <summary>Computes without autograd, on this thread or another, and gives the values when it is done.</summary>
    /// <param name="device">Where it computes; on a GPU there is nothing to share out.</param>
    /// <param name="operations">Floating-point operations, roughly.</param>
    /// <param name="compute">What to do; its exception is the caller's, its tensors are disposed.</param>
    public static float[] Run(Device device, double operations, Func<Tensor> compute)
    {
        if (device.type != DeviceType.CPU || get_num_threads() == 1)
            return Values();
        if (operations < MinimumToShare)
            return ShortWork.Value.Run(Values);
        lock (Cores)
            return Values();

        float[] Values()
        {
            using var mode = no_grad();
            using var scope = NewDisposeScope();
            return compute().to(ScalarType.Float32).to(CPU).contiguous().data<float>().ToArray();
        }
    }
}
