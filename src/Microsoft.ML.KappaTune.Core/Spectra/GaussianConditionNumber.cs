namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// The condition number to expect of a matrix of independent Gaussian values: what κ is without anything learnt.
/// A geometric mean, since κ of square matrices has no finite mean.
/// </summary>
/// <remarks>
/// The edges of the spectrum, √m ± √n for m ≥ n (Marchenko and Pastur), with their finite-size shift (Tracy and Widom);
/// where m - n is 0 or 1 the lower edge is zero, and σ_min follows laws of its own (Edelman). Against sampling: within 5 % for
/// n ≥ 64 and m - n of 0, 1 or at least 8, within 15 % for n ≥ 16, within 25 % for n ≥ 2.
/// </remarks>
internal static class GaussianConditionNumber
{
    /// <summary>The mean of the Tracy-Widom law for real matrices, negated.</summary>
    private const double EdgeShift = 1.2065335745820;

    /// <summary>Edelman's limit for square matrices, E[log κ] - log n → 1.537, in the form that holds down to n = 2.</summary>
    private const double SquareShift = 0.86;

    private const double EulerMascheroni = 0.57721566490153286;

    /// <summary>exp(E[log κ]) of a Gaussian matrix of this shape; 1 where either dimension is 1.</summary>
    public static double Expected(long rows, long columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        long m = Math.Max(rows, columns), n = Math.Min(rows, columns);
        if (n == 1)
            return 1;
        double rootM = Math.Sqrt(m), rootN = Math.Sqrt(n);
        double upper = rootM + rootN, lower = rootM - rootN;
        double sigmaMax = Math.Sqrt(upper * upper - EdgeShift * upper * Math.Cbrt(1 / rootM + 1 / rootN));
        double sigmaMin = (m - n) switch
        {
            0 => rootN - Math.Sqrt(n - SquareShift),
            // The square of σ_min is exponentially distributed with mean 2/n.
            1 => Math.Sqrt(2.0 / n) * Math.Exp(-EulerMascheroni / 2),
            _ => Math.Sqrt(lower * lower + EdgeShift * lower * Math.Cbrt(1 / rootN - 1 / rootM)),
        };
        return sigmaMax / sigmaMin;
    }
}
