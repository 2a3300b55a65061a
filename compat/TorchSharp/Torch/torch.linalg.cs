namespace TorchSharp;

public static partial class torch
{
    /// <summary>Linear algebra. The last two dimensions are matrices, the others a batch.</summary>
    public static unsafe class linalg
    {
        /// <summary>Which of Q and R a QR factorization gives.</summary>
        public enum QRMode
        {
            /// <summary>Q of the shape of A (if it is tall), R square.</summary>
            Reduced = 0,
            /// <summary>Q square.</summary>
            Complete = 1,
            /// <summary>Only R; Q is empty.</summary>
            R = 2,
        }

        /// <summary>Triangular factor L of a positive definite matrix L·Lᵀ.</summary>
        public static Tensor cholesky(Tensor input) => Native.Tensor(Native.ts_cholesky(input.SafeHandle, false));

        /// <summary>
        /// <see cref="cholesky"/> with, instead of an error, the order of the first minor that isn't positive definite (0: none).
        /// </summary>
        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) =>
            Native.Pair(Native.ts_linalg_cholesky_ex(input.SafeHandle, check_errors, out nint first, out nint second), first, second);

        /// <summary>Condition number σ_max / σ_min.</summary>
        public static Tensor cond(Tensor input) => Native.Tensor(Native.ts_linalg_cond(input.SafeHandle, null));

        /// <summary>Condition number in the norm <paramref name="p"/>.</summary>
        public static Tensor cond(Tensor input, double p) => Native.Tensor(Native.ts_linalg_cond(input.SafeHandle, &p));

        /// <summary>Determinant.</summary>
        public static Tensor det(Tensor input) => Native.Tensor(Native.ts_linalg_det(input.SafeHandle));

        /// <summary>Sign of the determinant, and logarithm of its absolute value.</summary>
        public static (Tensor, Tensor) slogdet(Tensor input) =>
            Native.Pair(Native.ts_linalg_slogdet(input.SafeHandle, out nint first, out nint second), first, second);

        /// <summary>The diagonals of the planes of two dimensions, as the last dimension.</summary>
        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) =>
            Native.Tensor(Native.ts_diagonal(input.SafeHandle, offset, dim1, dim2));

        /// <summary>Eigenvalues, ascending, and eigenvectors of a symmetric matrix, of which only one triangle (L or U) is read.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') =>
            Native.Pair(Native.ts_linalg_eigh(input.SafeHandle, UPLO.ToString(), out nint first, out nint second), first, second);

        /// <summary>Eigenvalues, ascending, of a symmetric matrix, of which only one triangle (L or U) is read.</summary>
        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') =>
            Native.Tensor(Native.ts_linalg_eigvalsh(input.SafeHandle, UPLO.ToString()));

        /// <summary>Q of the reflectors that <see cref="Tensor.geqrf"/> gives.</summary>
        public static Tensor householder_product(Tensor A, Tensor tau) =>
            Native.Tensor(Native.ts_linalg_householder_product(A.SafeHandle, tau.SafeHandle));

        /// <summary>Inverse.</summary>
        public static Tensor inv(Tensor input) => Native.Tensor(Native.ts_linalg_inv(input.SafeHandle));

        /// <summary>
        /// L (below the diagonal, its own being 1) and U of a square matrix in one, and the rows that were swapped, one after the other.
        /// </summary>
        public static (Tensor LU, Tensor Pivots) lu_factor(Tensor input, bool pivot = true) =>
            Native.Pair(Native.ts_linalg_lu_factor(input.SafeHandle, pivot, out nint first, out nint second), first, second);

        /// <summary>X of A·X = B (or X·A = B, or with the adjoint of A) from what <see cref="lu_factor"/> makes of A.</summary>
        public static Tensor lu_solve(
            Tensor LU, Tensor pivots, Tensor B, bool left = true, bool adjoint = false, Tensor? @out = null) =>
            Tensor.Into(@out, Native.Tensor(Native.ts_linalg_lu_solve(LU.SafeHandle, pivots.SafeHandle, B.SafeHandle, left, adjoint)));

        /// <summary>Rank, with libtorch's tolerance.</summary>
        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Native.Tensor(Native.ts_linalg_matrix_rank(
                input.SafeHandle, atol is { } a ? &a : null, rtol is { } r ? &r : null, hermitian));

        /// <summary>Pseudo-inverse, singular values below the tolerances counting as 0.</summary>
        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Native.Tensor(Native.ts_linalg_pinv(
                input.SafeHandle, atol is { } a ? &a : null, rtol is { } r ? &r : null, hermitian));

        /// <summary>Factorization Q·R: Q orthonormal, R upper triangular.</summary>
        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced)
        {
            string name = mode switch { QRMode.Complete => "complete", QRMode.R => "r", _ => "reduced" };
            return Native.Pair(Native.ts_linalg_qr(input.SafeHandle, name, out nint first, out nint second), first, second);
        }

        /// <summary>X of A·X = B (or X·A = B).</summary>
        public static Tensor solve(Tensor A, Tensor B, bool left = true) =>
            Native.Tensor(Native.ts_linalg_solve(A.SafeHandle, B.SafeHandle, left));

        /// <summary>X of A·X = B (or X·A = B) for a triangular A, of which only that triangle is read.</summary>
        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor? @out = null) =>
            Tensor.Into(@out, Native.Tensor(Native.ts_linalg_solve_triangular(A.SafeHandle, B.SafeHandle, upper, left, unitriangular)));

        /// <summary>Singular value decomposition U·diag(S)·Vh, S descending.</summary>
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) =>
            Native.Triple(Native.ts_linalg_svd(input.SafeHandle, fullMatrices, out nint u, out nint s, out nint vh), u, s, vh);

        /// <summary>Singular values, descending.</summary>
        public static Tensor svdvals(Tensor input) => Native.Tensor(Native.ts_linalg_svdvals(input.SafeHandle));

        /// <summary>Norm of matrices: <c>fro</c> (of the elements) or <c>nuc</c> (sum of the singular values).</summary>
        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false)
        {
            dims ??= [-2, -1];
            return Native.Tensor(Native.ts_linalg_matrix_norm_name(input.SafeHandle, ord, dims, dims.Length, keepdim));
        }

        /// <summary>Norm of matrices: ±2 (singular values), ±1 (columns), ±∞ (rows).</summary>
        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false)
        {
            dims ??= [-2, -1];
            return Native.Tensor(Native.ts_linalg_matrix_norm(input.SafeHandle, ord, dims, dims.Length, keepdim));
        }

        /// <summary>Square root of the sum of squares, over <paramref name="dims"/> or all.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) =>
            Native.Tensor(Native.ts_linalg_norm(input.SafeHandle, null, dims, dims?.Length ?? 0, keepdim));

        /// <summary>Norm of vectors (one dimension) or matrices (two).</summary>
        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) =>
            Native.Tensor(Native.ts_linalg_norm(input.SafeHandle, &ord, dims, dims?.Length ?? 0, keepdim));

        /// <inheritdoc cref="norm(Tensor, double, long[], bool)"/>
        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) =>
            norm(input, (double)ord, dims, keepdim);

        /// <summary>Norm of matrices by name: <c>fro</c> or <c>nuc</c>.</summary>
        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) =>
            Native.Tensor(Native.ts_linalg_norm_name(input.SafeHandle, ord, dims, dims?.Length ?? 0, keepdim));
    }
}
