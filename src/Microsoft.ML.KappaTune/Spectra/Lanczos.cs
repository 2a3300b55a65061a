using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>The largest eigenvalue of symmetric operators, each with a bound on its error.</summary>
internal static class Lanczos
{
    // Extreme eigenvalues of weight matrices and of their inverses settle within 5 to 40 steps.
    private const int MaximumSteps = 120;

    // Checking costs an eigenproblem of a few rows, about as much as a step on a small matrix.
    private const int StepsBetweenChecks = 3;

    /// <summary>
    /// The largest eigenvalue, from below, of each of a stack of symmetric positive semi-definite operators, and the bound on its
    /// relative error. <paramref name="apply"/> maps vectors [count, n, 1] to their images; it stops once every bound is below
    /// <paramref name="tolerance"/>.
    /// </summary>
    /// <remarks>Full reorthogonalisation, twice: without it, copies of converged eigenvalues spoil the error bound.</remarks>
    public static (double[] Values, double[] Errors) Largest(
        Func<Tensor, Tensor> apply, long count, long n, ScalarType type, Device device, double tolerance)
    {
        int limit = (int)Math.Min(n, MaximumSteps);
        using Tensor basis = zeros(new[] { count, limit + 1, n }, type, device);
        using Tensor diagonal = zeros(new[] { count, limit }, float64);
        using Tensor offDiagonal = zeros(new[] { count, limit }, float64);
        using (Tensor start = StartVector(n, type, device))
            basis.narrow(1, 0, 1).copy_(start);

        for (int step = 0; ; step++)
        {
            using (NewDisposeScope())
                Step(apply, basis, diagonal, offDiagonal, step);

            bool last = step + 1 == limit;
            if (!last && (step + 1) % StepsBetweenChecks != 0)
                continue;
            (double[] values, double[] errors) = Ritz(diagonal, offDiagonal, step + 1, isWhole: step + 1 == n);
            if (last || errors.All(error => error <= tolerance))
                return (values, errors);
        }
    }

    private static void Step(Func<Tensor, Tensor> apply, Tensor basis, Tensor diagonal, Tensor offDiagonal, int step)
    {
        Tensor known = basis.narrow(1, 0, step + 1);                    // [count, step + 1, n]
        Tensor knownT = known.transpose(1, 2);
        Tensor image = apply(basis.narrow(1, step, 1).transpose(1, 2)); // [count, n, 1]

        Tensor first = known.matmul(image);
        image = image.sub(knownT.matmul(first));
        Tensor second = known.matmul(image);
        image = image.sub(knownT.matmul(second));

        Tensor norm = image.square().sum(1, keepdim: true).sqrt();      // [count, 1, 1]
        diagonal.narrow(1, step, 1).copy_(first.add(second).narrow(1, step, 1).squeeze(2));
        offDiagonal.narrow(1, step, 1).copy_(norm.squeeze(2));
        // A norm of zero means that the basis spans an invariant subspace: zero vectors from here on leave the result as it is.
        basis.narrow(1, step + 1, 1).copy_(image.div(norm.clamp_min(1e-30)).transpose(1, 2));
    }

    /// <summary>Largest eigenvalue of the tridiagonal matrix of the first <paramref name="steps"/> steps, with its error bound.</summary>
    private static (double[] Values, double[] Errors) Ritz(Tensor diagonal, Tensor offDiagonal, int steps, bool isWhole)
    {
        using var scope = NewDisposeScope();
        Tensor tridiagonal = diagonal.narrow(1, 0, steps).diag_embed();
        if (steps > 1)
        {
            Tensor beside = offDiagonal.narrow(1, 0, steps - 1);
            tridiagonal = tridiagonal.add(beside.diag_embed(1)).add(beside.diag_embed(-1));
        }

        (Tensor eigenvalues, Tensor eigenvectors) = linalg.eigh(tridiagonal);
        long count = diagonal.shape[0];
        var values = new double[count];
        var errors = new double[count];
        for (long i = 0; i < count; i++)
        {
            values[i] = eigenvalues[i, steps - 1].item<double>();
            double residual = isWhole ? 0 : Math.Abs(offDiagonal[i, steps - 1].item<double>() * eigenvectors[i, steps - 1, steps - 1].item<double>());
            errors[i] = RelativeError(values[i], residual, steps > 1 ? values[i] - eigenvalues[i, steps - 2].item<double>() : 0);
        }

        return (values, errors);
    }

    /// <summary>
    /// An eigenvalue lies within the residual r of a Ritz value, and within r² / gap where the gap to the next one is known to
    /// exceed r (Parlett, The Symmetric Eigenvalue Problem, section 11.7).
    /// </summary>
    private static double RelativeError(double value, double residual, double gap)
    {
        double bound = gap > 2 * residual ? residual * residual / (gap - residual) : residual;
        return value > 0 ? bound / value : bound == 0 ? 0 : double.PositiveInfinity;
    }

    /// <summary>The same unit vector in every process: uniform numbers from a fixed seed.</summary>
    private static Tensor StartVector(long n, ScalarType type, Device device)
    {
        var random = new Random(20250616);
        var values = new double[n];
        double squares = 0;
        for (long i = 0; i < n; i++)
        {
            values[i] = random.NextDouble() - 0.5;
            squares += values[i] * values[i];
        }

        double scale = 1 / Math.Sqrt(squares);
        for (long i = 0; i < n; i++)
            values[i] *= scale;
        using Tensor vector = tensor(values);
        return vector.to(type, device);
    }
}
