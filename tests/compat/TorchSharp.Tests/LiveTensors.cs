namespace TorchSharp.Tests;

/// <summary>Tests that count the process's native tensors run alone.</summary>
[CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
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
