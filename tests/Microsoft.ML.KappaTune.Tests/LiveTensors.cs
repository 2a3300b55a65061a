using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Counts tensors that nobody has freed yet.</summary>
internal static class LiveTensors
{
    /// <summary>Their number, once the finalizer has freed what earlier tests left to it.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
