namespace Microsoft.ML.KappaTune.Tests.Spectra;

/// <summary>Singular values by one-sided Jacobi rotations: slow, simple, and accurate for small singular values too.</summary>
internal static class JacobiSvd
{
    /// <summary>σ_max / σ_min of a matrix given as its columns.</summary>
    public static double ConditionNumber(double[][] columns)
    {
        double[] values = SingularValues(columns);
        return values[0] / values[^1];
    }

    /// <summary>The min(m, n) singular values, descending; the columns are destroyed.</summary>
    public static double[] SingularValues(double[][] columns)
    {
        if (columns.Length > columns[0].Length)
            columns = Transpose(columns);
        for (bool rotated = true; rotated;)
        {
            rotated = false;
            for (int p = 0; p < columns.Length - 1; p++)
            {
                for (int q = p + 1; q < columns.Length; q++)
                    rotated |= Rotate(columns[p], columns[q]);
            }
        }

        return [.. columns.Select(c => Math.Sqrt(Dot(c, c))).OrderDescending()];
    }

    /// <summary>Makes two columns orthogonal; false where they are.</summary>
    private static bool Rotate(double[] p, double[] q)
    {
        double a = Dot(p, p), b = Dot(q, q), c = Dot(p, q);
        if (Math.Abs(c) <= 1e-12 * Math.Sqrt(a * b))
            return false;
        double zeta = (b - a) / (2 * c);
        double t = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        double cos = 1 / Math.Sqrt(1 + t * t), sin = cos * t;
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = (cos * p[i] - sin * q[i], sin * p[i] + cos * q[i]);
        return true;
    }

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static double[][] Transpose(double[][] columns) =>
        [.. Enumerable.Range(0, columns[0].Length).Select(row => columns.Select(column => column[row]).ToArray())];
}
