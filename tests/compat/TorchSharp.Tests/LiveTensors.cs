// The default generator, the number of threads and the count of live tensors belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace TorchSharp.Tests;

/// <summary>Counts the native tensors of the process.</summary>
public class LiveTensors
{
    /// <summary>The number of live native tensors once everything unreachable is collected.</summary>
    public static long Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return torch.Tensor.TotalCount;
    }
}
