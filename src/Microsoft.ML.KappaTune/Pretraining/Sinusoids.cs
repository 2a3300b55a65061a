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
        Tensor frequencies = arange(half).to(ScalarType.Float32).mul(-Math.Log(LongestWave) / half).exp();
        Tensor angles = arange(positions).to(ScalarType.Float32).unsqueeze(1).mul(frequencies);
        table.narrow(1, 0, 2 * half).copy_(cat([angles.sin(), angles.cos()], 1).mul(size * Math.Sqrt(2)));
    }
}
