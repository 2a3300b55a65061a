namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Matrix product, batched and broadcast; of vectors the scalar product.</summary>
        public Tensor matmul(Tensor target) =>
            Native.Tensor(Native.ts_matmul(SafeHandle, target.SafeHandle));

        /// <summary>Product of two matrices.</summary>
        public Tensor mm(Tensor target) =>
            Native.Tensor(Native.ts_mm(SafeHandle, target.SafeHandle));

        /// <summary>Products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) =>
            Native.Tensor(Native.ts_bmm(SafeHandle, batch2.SafeHandle));

        /// <summary>Product of a matrix and a vector.</summary>
        public Tensor mv(Tensor target) =>
            Native.Tensor(Native.ts_mv(SafeHandle, target.SafeHandle));

        /// <summary>Scalar product of two vectors.</summary>
        public Tensor dot(Tensor target) =>
            Native.Tensor(Native.ts_dot(SafeHandle, target.SafeHandle));

        /// <summary>Outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) =>
            Native.Tensor(Native.ts_outer(SafeHandle, vec2.SafeHandle));

        /// <summary>Scalar products over the last dimension.</summary>
        public Tensor inner(Tensor vec2) =>
            Native.Tensor(Native.ts_inner(SafeHandle, vec2.SafeHandle));

        /// <summary>Kronecker product.</summary>
        public Tensor kron(Tensor other) =>
            Native.Tensor(Native.ts_kron(SafeHandle, other.SafeHandle));

        /// <summary>beta * this + alpha * mat1 · mat2.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Native.Tensor(Native.ts_addmm(SafeHandle, mat1.SafeHandle, mat2.SafeHandle, beta, alpha));

        /// <inheritdoc cref="addmm(Tensor, Tensor, float, float)"/>
        /// <remarks>In place.</remarks>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Changed(Native.ts_addmm_(SafeHandle, mat1.SafeHandle, mat2.SafeHandle, beta, alpha));

        /// <summary>beta * this + alpha * mat · vec.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Native.Tensor(Native.ts_addmv(SafeHandle, mat.SafeHandle, vec.SafeHandle, beta, alpha));

        /// <summary>beta * this + alpha * batch1 · batch2, for batches of matrices.</summary>
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Native.Tensor(Native.ts_baddbmm(SafeHandle, batch1.SafeHandle, batch2.SafeHandle, beta, alpha));

        /// <summary>Sum of products over pairs of dimensions.</summary>
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) =>
            Native.Tensor(Native.ts_tensordot(SafeHandle, b.SafeHandle, dims1, dims1.Length, dims2, dims2.Length));

        /// <summary>Sum of a matrix's diagonal.</summary>
        public Tensor trace() =>
            Native.Tensor(Native.ts_trace(SafeHandle));

        /// <summary>A matrix times itself; negative takes the inverse.</summary>
        public Tensor matrix_power(int n) =>
            Native.Tensor(Native.ts_matrix_power(SafeHandle, n));

        /// <summary>Norm of the difference.</summary>
        public Tensor dist(Tensor other, float p = 2) =>
            Native.Tensor(Native.ts_dist(SafeHandle, other.SafeHandle, p));

        /// <summary>Triangular factor L of a positive definite matrix L·Lᵀ, or its transpose.</summary>
        public Tensor cholesky(bool upper = false) =>
            Native.Tensor(Native.ts_cholesky(SafeHandle, upper));

        /// <summary>Inverse of the matrix whose Cholesky factor this is.</summary>
        public Tensor cholesky_inverse(bool upper = false) =>
            Native.Tensor(Native.ts_cholesky_inverse(SafeHandle, upper));

        /// <summary>X of A·X = this, where <paramref name="input2"/> is the Cholesky factor of A.</summary>
        public Tensor cholesky_solve(Tensor input2, bool upper = false) =>
            Native.Tensor(Native.ts_cholesky_solve(SafeHandle, input2.SafeHandle, upper));

        /// <summary>
        /// QR factorization as LAPACK stores it: R with the reflectors below, and their factors, for <see cref="ormqr"/>.
        /// </summary>
        public (Tensor a, Tensor tau) geqrf() =>
            Native.Pair(Native.ts_geqrf(SafeHandle, out nint first, out nint second), first, second);

        /// <summary>
        /// Q · other (or Qᵀ, or from the right), where this and <paramref name="tau"/> hold Q as <see cref="geqrf"/> gives it.
        /// </summary>
        public Tensor ormqr(Tensor tau, Tensor other, bool left = true, bool transpose = false) =>
            Native.Tensor(Native.ts_ormqr(SafeHandle, tau.SafeHandle, other.SafeHandle, left, transpose));

        /// <summary>Inverse of a square matrix.</summary>
        public Tensor inverse() => linalg.inv(this);

        /// <summary>Determinant of a square matrix.</summary>
        public Tensor det() => linalg.det(this);

        /// <summary>exp(x) over its sum along a dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Native.Tensor(Native.ts_softmax(SafeHandle, dim, Code(dtype)));

        /// <summary>Logarithm of <see cref="softmax(long, ScalarType?)"/>, without overflow.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) =>
            Native.Tensor(Native.ts_log_softmax(SafeHandle, dim, Code(dtype)));
    }
}
