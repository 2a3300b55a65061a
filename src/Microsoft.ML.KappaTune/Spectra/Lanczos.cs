using Microsoft.ML.KappaTune.Compute;
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

    // The first steps are each looked at, since most settle there; then every other one, as the eigenproblems grow.
    private const int LookAtEach = 8;

    // Within a cluster a step gains half or more of what is still missing; a third is believed.
    private const double StillToMove = 2;

    private const double SmallResidual = 0.02, ClusterWidth = 1e-3;

    // The Ritz vector may hold half as much of the largest eigenvalue's vector as a random start does on average.
    private const double ClusterUnits = 2;

    /// <summary>
    /// The largest eigenvalue, from below, of each of a stack of symmetric positive semi-definite operators of dimension
    /// <paramref name="n"/>, the bound on its relative error (+∞ where the operator leaves the type's range), and the vectors
    /// [count, n, Block] nearest to it. <paramref name="apply"/> maps vectors [count, n, Block] to their images; it stops once every
    /// bound is below <paramref name="tolerance"/>, or a value has reached what is <paramref name="enough"/>. A value is that of the
    /// step at which it settled, and so doesn't depend on what else is in the stack.
    /// </summary>
    public static (double[] Values, double[] Errors, Tensor Vectors) Largest(
        Func<Tensor, Tensor> apply, long count, long n, ScalarType type, Device device, double tolerance, double[]? enough = null)
    {
        using Tensor vectors = StartVectors(n, device), start = vectors.expand(count, n, Block).to(type);
        return Largest(apply, start, new double[count], tolerance, enough);
    }

    /// <summary>
    /// The same, starting with vectors [count, n, Block] and estimates that are good already: it may settle in one step.
    /// </summary>
    public static (double[] Values, double[] Errors, Tensor Vectors) Largest(
        Func<Tensor, Tensor> apply, Tensor start, double[] estimates, double tolerance, double[]? enough = null)
    {
        long count = start.shape[0], n = start.shape[1];
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2 * Block);
        int limit = (int)Math.Min(n / Block, MaximumSteps);
        using Tensor basis = empty(new[] { count, (limit + 1) * Block, n }, start.dtype, start.device); // orthonormal rows
        using Tensor projected = zeros(new[] { count, limit * Block, limit * Block }, float64);
        Tensor vectors = empty_like(start);
        using (Tensor orthonormal = linalg.qr(start).Q)
            basis.narrow(1, 0, Block).copy_(orthonormal.transpose(1, 2));

        double[] values = [.. estimates], errors = new double[count];
        bool[] settled = new bool[count];
        for (int step = 1; ; step++)
        {
            using var scope = NewDisposeScope();
            Tensor remainder = Step(apply, basis, projected, step);
            if (!double.IsFinite(remainder.sum().item<double>()))
            {
                Array.Fill(errors, double.PositiveInfinity);
                return (values, errors, vectors);
            }

            if (step > LookAtEach && step % 2 == 1 && step < limit)
                continue;
            (double[] latest, double[] bounds, Tensor nearest) = Ritz(projected, remainder, step, n);
            for (int i = 0; i < count; i++)
            {
                if (settled[i])
                    continue;
                // A small residual says that some eigenvalue is near, not that it is the largest: how far the last step has moved, from
                // an estimate by other factors too, tells how far the top may still be.
                double moved = latest[i] == values[i] ? 0 : Math.Abs(latest[i] - values[i]) / latest[i];
                (values[i], errors[i]) = (latest[i], bounds[i] + StillToMove * moved);
                settled[i] = errors[i] <= tolerance || latest[i] >= enough?[i];
                if (settled[i] || step == limit)
                    vectors[i].copy_(basis[i].narrow(0, 0, step * Block).t().mm(nearest[i].to(basis.dtype, basis.device)));
            }

            if (step == limit || settled.All(isSettled => isSettled))
                return (values, errors, vectors);
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

        Tensor inBasis = rows.Product(image);
        (Tensor once, Tensor size) = linalg.qr(image.sub(columns.Product(inBasis)));
        // Again, now that they have unit length: of vectors that were all but in the basis, only rounding is left, in any direction.
        Tensor again = rows.Product(once);
        (Tensor next, Tensor unit) = linalg.qr(once.sub(columns.Product(again)));

        projected.narrow(1, 0, known).narrow(2, known - Block, Block).copy_(inBasis.Plus(again.Product(size)));
        basis.narrow(1, known, Block).copy_(next.transpose(1, 2));
        return unit.Product(size).to(float64).cpu();
    }

    /// <summary>
    /// Largest eigenvalue of the projection of the first <paramref name="steps"/> steps, its error bound, and the eigenvectors of the
    /// largest <see cref="Block"/> eigenvalues.
    /// </summary>
    private static (double[] Values, double[] Errors, Tensor Vectors) Ritz(Tensor projected, Tensor remainder, int steps, long n)
    {
        int size = steps * Block;
        // Only the part above the diagonal was computed.
        (Tensor eigenvalues, Tensor eigenvectors) = linalg.eigh(projected.narrow(1, 0, size).narrow(2, 0, size), 'U');
        Tensor residuals = remainder.Product(eigenvectors.narrow(1, size - Block, Block).narrow(2, size - 1, 1)).Squared().sum(1).sqrt();

        double[] top = [.. eigenvalues.narrow(1, size - 2, 2).contiguous().data<double>()];
        double[] residual = [.. residuals.contiguous().data<double>()];
        var values = new double[residual.Length];
        var errors = new double[residual.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = top[2 * i + 1];
            errors[i] = RelativeError(values[i], residual[i], values[i] - top[2 * i], n);
        }

        return (values, errors, eigenvectors.narrow(2, size - Block, Block));
    }

    /// <summary>
    /// An eigenvalue lies within the residual r of a Ritz value, and within r² / gap where the gap to the next one exceeds r
    /// (Parlett, The Symmetric Eigenvalue Problem, section 11.7). The gap is known from Ritz values alone, and the second one is still
    /// growing, so half of it is believed, and only where the residual is small and the gap is no mere split of a cluster. Within a
    /// cluster the largest eigenvalue may lie further up, by r over the part of its eigenvector in the Ritz vector: docs/method.md.
    /// </summary>
    private static double RelativeError(double value, double residual, double gap, long n)
    {
        double half = gap / 2;
        bool gapIsKnown = half > 2 * residual && gap > ClusterWidth * value && residual <= SmallResidual * value;
        double bound = gapIsKnown ? residual * residual / (half - residual) : ClusterUnits * residual * Math.Sqrt((double)n / Block);
        return value > 0 ? bound / value : bound == 0 ? 0 : double.PositiveInfinity;
    }

    /// <summary>The same vectors [n, Block] in every process: uniform numbers from a fixed seed.</summary>
    private static Tensor StartVectors(long n, Device device)
    {
        var random = new Random(20250616);
        var values = new double[n * Block];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextDouble() - 0.5;
        using Tensor flat = tensor(values, device: device);
        return flat.view(n, Block);
    }
}
