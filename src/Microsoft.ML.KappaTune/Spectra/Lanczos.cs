using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// The largest eigenvalue of symmetric operators, each with a bound on its error: block Lanczos with full reorthogonalisation,
/// twice, without which copies of converged eigenvalues would spoil the bound.
/// </summary>
internal static class Lanczos
{
    /// <summary>
    /// Vectors a step. One vector settles on the second eigenvalue where it happens to be nearly orthogonal to the first (about
    /// one matrix in a hundred); four all do so once in 10^8, and cost little more, since a step waits for memory.
    /// </summary>
    public const int Block = 4;

    // Extreme eigenvalues of weight matrices and of their inverses settle within 3 to 15 steps.
    private const int MaximumSteps = 60;

    private const double SmallResidual = 0.02, ClusterWidth = 1e-4;

    /// <summary>
    /// The largest eigenvalue, from below, of each of a stack of symmetric positive semi-definite operators of dimension
    /// <paramref name="n"/>, and the bound on its relative error. <paramref name="apply"/> maps vectors [count, n, Block] to their
    /// images; it stops once every bound is below <paramref name="tolerance"/>. A value is that of the step at which it settled, and so
    /// doesn't depend on what else is in the stack.
    /// </summary>
    public static (double[] Values, double[] Errors) Largest(
        Func<Tensor, Tensor> apply, long count, long n, ScalarType type, Device device, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2 * Block);
        int limit = (int)Math.Min(n / Block, MaximumSteps);
        using Tensor basis = empty(new[] { count, (limit + 1) * Block, n }, type, device); // orthonormal rows
        using Tensor projected = zeros(new[] { count, limit * Block, limit * Block }, float64);
        using (Tensor start = StartVectors(n, type, device))
            basis.narrow(1, 0, Block).copy_(start);

        double[] values = new double[count], errors = new double[count];
        bool[] settled = new bool[count];
        for (int step = 1; ; step++)
        {
            using var scope = NewDisposeScope();
            Tensor remainder = Step(apply, basis, projected, step);
            if (step > 2 && step % 2 == 1 && step < limit)
                continue; // every other step: an eigenproblem of the projection costs about as much as a step
            (double[] latest, double[] bounds) = Ritz(projected, remainder, step);
            for (int i = 0; i < count; i++)
            {
                if (settled[i])
                    continue;
                settled[i] = HasSettled(latest[i], values[i], bounds[i], tolerance);
                (values[i], errors[i]) = (latest[i], bounds[i]);
            }

            if (step == limit || settled.All(isSettled => isSettled))
                return (values, errors);
        }
    }

    /// <summary>
    /// One step: the newest vectors' images, less what lies in the basis, become the next vectors. Their coefficients are columns of
    /// the projected operator; returns what remains, the block [count, Block, Block] that couples to the next vectors.
    /// </summary>
    private static Tensor Step(Func<Tensor, Tensor> apply, Tensor basis, Tensor projected, int step)
    {
        int known = step * Block;
        Tensor rows = basis.narrow(1, 0, known);
        Tensor columns = rows.transpose(1, 2);
        Tensor image = apply(basis.narrow(1, known - Block, Block).transpose(1, 2)); // [count, n, Block]

        Tensor first = rows.matmul(image);
        image = image.sub(columns.matmul(first));
        Tensor second = rows.matmul(image);
        image = image.sub(columns.matmul(second));
        projected.narrow(1, 0, known).narrow(2, known - Block, Block).copy_(first.add(second));

        (Tensor next, Tensor remainder) = linalg.qr(image);
        basis.narrow(1, known, Block).copy_(next.transpose(1, 2));
        return remainder.to(float64).cpu();
    }

    /// <summary>Largest eigenvalue of the projection of the first <paramref name="steps"/> steps, with its error bound.</summary>
    private static (double[] Values, double[] Errors) Ritz(Tensor projected, Tensor remainder, int steps)
    {
        int size = steps * Block;
        // Only the part above the diagonal was computed.
        (Tensor eigenvalues, Tensor eigenvectors) = linalg.eigh(projected.narrow(1, 0, size).narrow(2, 0, size), 'U');
        Tensor residuals = remainder.matmul(eigenvectors.narrow(1, size - Block, Block).narrow(2, size - 1, 1)).square().sum(1).sqrt();

        double[] top = [.. eigenvalues.narrow(1, size - 2, 2).contiguous().data<double>()];
        double[] residual = [.. residuals.contiguous().data<double>()];
        var values = new double[residual.Length];
        var errors = new double[residual.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = top[2 * i + 1];
            errors[i] = RelativeError(values[i], residual[i], values[i] - top[2 * i]);
        }

        return (values, errors);
    }

    /// <summary>
    /// An eigenvalue lies within the residual r of a Ritz value, and within r² / gap where the gap to the next one exceeds r
    /// (Parlett, The Symmetric Eigenvalue Problem, section 11.7). The gap is known from Ritz values alone, so it is believed only
    /// where the residual is small and the gap is no mere split of a cluster.
    /// </summary>
    private static double RelativeError(double value, double residual, double gap)
    {
        bool gapIsKnown = gap > 2 * residual && gap > ClusterWidth * value && residual <= SmallResidual * value;
        double bound = gapIsKnown ? residual * residual / (gap - residual) : residual;
        return value > 0 ? bound / value : bound == 0 ? 0 : double.PositiveInfinity;
    }

    /// <summary>
    /// A small residual says that some eigenvalue is near, not that it is the largest: the value must also have stopped growing,
    /// unless nothing remains at all.
    /// </summary>
    private static bool HasSettled(double value, double before, double error, double tolerance) =>
        error <= tolerance && (error <= 1e-3 * tolerance || value - before <= tolerance * value);

    /// <summary>The same orthonormal rows [Block, n] in every process: uniform numbers from a fixed seed.</summary>
    private static Tensor StartVectors(long n, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var random = new Random(20250616);
        var values = new double[n * Block];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextDouble() - 0.5;
        (Tensor orthonormal, _) = linalg.qr(tensor(values).view(n, Block));
        return orthonormal.transpose(0, 1).to(type, device).MoveToOuterDisposeScope();
    }
}
