using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests;

/// <summary>Counts tensors that nobody has freed yet.</summary>
internal static class LiveTensors
{
    // TorchSharp 0.107 goes on counting the tensor that a parameter was made of, though nothing is left of it.
    private static readonly bool CountsParametersOnce = ParametersCountOnce();

    /// <summary>Their number, once the finalizer has freed what earlier tests left to it.</summary>
    public static long Settled()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }

    /// <summary>There are so many, even if parameters were made meanwhile; not checked where TorchSharp can't tell.</summary>
    public static void AssertAre(long expected)
    {
        if (CountsParametersOnce)
            Assert.Equal(expected, Settled());
    }

    private static bool ParametersCountOnce()
    {
        long before = Settled();
        using (new Parameter(zeros(1)))
        {
        }

        return Tensor.TotalCount == before;
    }
}
