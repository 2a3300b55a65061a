using Microsoft.ML.KappaTune.Spectra;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

/// <summary>Singular values in clusters of every size and width at both ends, where a step's residual says little of the error.</summary>
[Collection(nameof(ProcessSettings))]
public class SolverClusterTests
{
    [Fact]
    public void The_claimed_bound_holds_within_clusters()
    {
        for (int seed = 100; seed < 340; seed++)
        {
            using var scope = NewDisposeScope();
            var random = new Random(seed);
            int n = random.Next(60, 200);
            long m = (seed % 3) switch { 0 => n, 1 => n + random.Next(1, 40), _ => 3 * n };
            double kappa = Math.Pow(10, random.NextDouble() * 5 + 0.5);
            int clustered = random.Next(2, n / 2);
            double width = Math.Pow(10, random.NextDouble() * 4 - 6), decay = random.NextDouble();
            bool isOneApart = seed % 2 == 0;
            double[] sigma = [.. Enumerable.Range(0, n).Select(i => n - 1 - i < clustered
                ? (1 + width * (isOneApart ? (i == n - 1 ? 0 : 1) : random.NextDouble())) / kappa
                : seed % 4 == 1 && i < clustered / 2 ? 1 + width * random.NextDouble()
                    : Math.Pow(kappa, -decay * i / n)).OrderDescending()];
            Tensor matrix = Matrices.WithSpectrum(m, n, sigma, seed).to(seed % 5 == 0 ? float64 : float32);
            double reference = Matrices.Reference(matrix);
            ConditionNumber found = ConditionNumberSolver.Solve(matrix.unsqueeze(0))[0];
            double error = Math.Abs(found.Kappa / reference - 1);
            string name = $"seed {seed}, {m}x{n}, {clustered} within {width:e1}";
            Assert.True(error <= found.RelativeError + 1e-9, $"{name}: off by {error:e2}, beyond its bound of {found.RelativeError:e2}");
            Assert.InRange(found.RelativeError, 0, 1e-3);
        }
    }
}
