using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

public class SpectralReportTests
{
    [Fact]
    public void Equal_singular_values_reach_every_upper_limit()
    {
        using Tensor matrix = eye(6, dtype: float64).mul(3);
        SpectralReport report = SpectralReport.Compute(matrix);
        Assert.Equal(3, report.SpectralNorm, 12);
        Assert.Equal(3 * Math.Sqrt(6), report.FrobeniusNorm, 12);
        Assert.Equal(6, report.StableRank, 12);
        Assert.Equal(6, report.EffectiveRank, 12);
        Assert.Equal(6 * Math.Log(3), report.LogVolume, 12);
        Assert.Equal(report.EntropyBound, report.LogVolume, 12);
    }

    [Fact]
    public void Spread_singular_values_have_less_volume_at_the_same_norm()
    {
        SpectralReport report = SpectralReport.FromSingularValues([4, 2, 1, 0.5]);
        Assert.Equal(4, report.SpectralNorm);
        Assert.Equal(21.25 / 16, report.StableRank, 12);
        Assert.Equal(Math.Log(4), report.LogVolume, 12);
        Assert.True(report.LogVolume < report.EntropyBound);
        Assert.InRange(report.EffectiveRank, 1, 4);
        Assert.Equal(double.NegativeInfinity, SpectralReport.FromSingularValues([1, 0]).LogVolume);
    }

    /// <summary>h(Wx) = h(x) + Σ ln σᵢ for square W and x ~ N(0, Σ): both entropies are estimated from samples.</summary>
    [Fact]
    public void Log_volume_is_the_change_of_entropy_of_a_linear_unit()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor weight = Matrices.WithKappa(5, 5, 50, seed: 2).mul(1.7);
        Tensor mix = randn([5, 5], float64, generator: generator);
        Tensor x = randn([400_000, 5], float64, generator: generator).matmul(mix);
        double change = GaussianEntropy(x.matmul(weight.transpose(0, 1))) - GaussianEntropy(x);
        Assert.Equal(change, SpectralReport.Compute(weight).LogVolume, 6);

        // The entropy of a Gaussian is k/2 · ln 2πe + ½ ln det Σ; the samples give Σ.
        static double GaussianEntropy(Tensor samples)
        {
            using var scope = NewDisposeScope();
            Tensor centred = samples.sub(samples.mean([0], keepdim: true));
            Tensor covariance = centred.transpose(0, 1).matmul(centred).div(samples.shape[0]);
            return 0.5 * (samples.shape[1] * Math.Log(2 * Math.PI * Math.E) + linalg.slogdet(covariance).Item2.item<double>());
        }
    }
}
