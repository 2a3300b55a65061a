namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>The inverse of WᵀW by its Cholesky factor L, WᵀW = L·Lᵀ.</summary>
internal sealed class CholeskyInverse(Tensor factor, ThinProducts products) : GramInverse
{
    public override double GrowthOfRounding(double kappa) => kappa * kappa;

    public override Tensor Approximate(Tensor vectors) => Solve(factor, vectors);

    public override Tensor Refined(Tensor vectors) => Refine(products.GramTimes, Approximate, factor.dtype, vectors);

    /// <summary>(L·Lᵀ)⁻¹·b, for one factor or a stack of them.</summary>
    public static Tensor Solve(Tensor factor, Tensor b) =>
        linalg.solve_triangular(factor.transpose(-2, -1), linalg.solve_triangular(factor, b, upper: false), upper: true);
}
