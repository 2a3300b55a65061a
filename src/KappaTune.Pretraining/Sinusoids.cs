using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Positions as waves of falling frequency, from one radian a token to one in 10,000 (arXiv:1706.03762, section 3.5).</summary>
internal static class Sinusoids
{
    private const double LongestWave = 10_000;

    /// <summary>Fills a table [positions, H] with them, at a root mean square of <paramref name="size"/>.</summary>
    public static void Fill(Tensor table, double size)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        long positions = table.shape[0], half = table.shape[1] / 2;
        Tensor frequencies = Count(half).Times(-Math.Log(LongestWave) / half).exp();
        Tensor angles = Count(positions).unsqueeze(1).mul(frequencies);
        table.narrow(1, 0, 2 * half).copy_(cat([angles.sin(), angles.cos()], 1).Times(size * Math.Sqrt(2)));
    }

    /// <summary>0, 1, 2, …</summary>
    private static Tensor Count(long count) => tensor([.. Enumerable.Range(0, (int)count).Select(i => (float)i)]);
}
