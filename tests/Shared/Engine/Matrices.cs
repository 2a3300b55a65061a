using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

/// <summary>Matrices with known singular values.</summary>
internal static class Matrices
{
    /// <summary>U diag(σ) Vᵀ in float64, with random orthogonal U and V; σ falls from 1 to 1/κ, evenly in its logarithm.</summary>
    public static Tensor WithKappa(long rows, long columns, double kappa, int seed)
    {
        int k = (int)Math.Min(rows, columns);
        return WithSpectrum(rows, columns, [.. Enumerable.Range(0, k).Select(i => Math.Pow(kappa, -i / Math.Max(k - 1.0, 1)))], seed);
    }

    /// <summary>U diag(σ) Vᵀ in float64, with random orthogonal U and V.</summary>
    public static Tensor WithSpectrum(long rows, long columns, double[] singularValues, int seed)
    {
        using var scope = NewDisposeScope();
        using Generator generator = new Generator((ulong)seed);
        long k = Math.Min(rows, columns);
        Tensor sigma = tensor(singularValues);
        Tensor left = linalg.qr(randn([rows, k], float64, generator: generator)).Q;
        Tensor right = linalg.qr(randn([columns, k], float64, generator: generator)).Q;
        return left.mul(sigma).matmul(right.transpose(0, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>κ from all singular values in float64: what every other way is compared with.</summary>
    public static double Reference(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        double[] sigma = [.. linalg.svdvals(matrix.to(float64)).data<double>()];
        return sigma[0] / sigma[^1];
    }
}
