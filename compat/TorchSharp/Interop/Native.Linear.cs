using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_matmul(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_mm(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_bmm(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_mv(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_dot(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_outer(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_inner(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)] internal static partial nint ts_kron(TensorHandle self, TensorHandle other);
    [LibraryImport(Shim)]
    internal static partial nint ts_addmm(TensorHandle self, TensorHandle first, TensorHandle second, double beta, double alpha);
    [LibraryImport(Shim)]
    internal static partial int ts_addmm_(TensorHandle self, TensorHandle first, TensorHandle second, double beta, double alpha);
    [LibraryImport(Shim)]
    internal static partial nint ts_addmv(TensorHandle self, TensorHandle first, TensorHandle second, double beta, double alpha);
    [LibraryImport(Shim)]
    internal static partial nint ts_baddbmm(TensorHandle self, TensorHandle first, TensorHandle second, double beta, double alpha);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_einsum(string equation, ReadOnlySpan<nint> tensors, int length);
    [LibraryImport(Shim)]
    internal static partial nint ts_tensordot(
        TensorHandle self, TensorHandle other, ReadOnlySpan<long> dims, int count, ReadOnlySpan<long> other_dims, int other_count);
    [LibraryImport(Shim)] internal static partial nint ts_trace(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_matrix_power(TensorHandle self, long n);
    [LibraryImport(Shim)] internal static partial nint ts_dist(TensorHandle self, TensorHandle other, double p);
    [LibraryImport(Shim)] internal static partial nint ts_cdist(TensorHandle self, TensorHandle other, double p, long* mode);
    [LibraryImport(Shim)] internal static partial nint ts_cholesky(TensorHandle self, Flag upper);
    [LibraryImport(Shim)] internal static partial nint ts_cholesky_inverse(TensorHandle self, Flag upper);
    [LibraryImport(Shim)] internal static partial nint ts_cholesky_solve(TensorHandle self, TensorHandle factor, Flag upper);
    [LibraryImport(Shim)] internal static partial int ts_linalg_cholesky_ex(TensorHandle self, Flag check, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial int ts_geqrf(TensorHandle self, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_householder_product(TensorHandle self, TensorHandle tau);
    [LibraryImport(Shim)]
    internal static partial nint ts_ormqr(TensorHandle self, TensorHandle tau, TensorHandle other, Flag left, Flag transpose);
    [LibraryImport(Shim)]
    internal static partial int ts_linalg_svd(TensorHandle self, Flag full, out nint first, out nint second, out nint third);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_svdvals(TensorHandle self);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ts_linalg_eigh(TensorHandle self, string triangle, out nint first, out nint second);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_linalg_eigvalsh(TensorHandle self, string triangle);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ts_linalg_qr(TensorHandle self, string mode, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_solve(TensorHandle self, TensorHandle right, Flag left);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_solve_triangular(TensorHandle self, TensorHandle right, Flag upper, Flag left, Flag unit);
    [LibraryImport(Shim)]
    internal static partial int ts_linalg_lu_factor(TensorHandle self, Flag pivot, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_lu_solve(TensorHandle self, TensorHandle pivots, TensorHandle right, Flag left, Flag adjoint);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_inv(TensorHandle self);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_pinv(TensorHandle self, double* absolute, double* relative, Flag hermitian);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_det(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_linalg_slogdet(TensorHandle self, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_matrix_rank(TensorHandle self, double* absolute, double* relative, Flag hermitian);
    [LibraryImport(Shim)] internal static partial nint ts_linalg_cond(TensorHandle self, double* order);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_matrix_norm(TensorHandle self, double order, ReadOnlySpan<long> dims, int count, Flag keepdim);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_linalg_matrix_norm_name(
        TensorHandle self, string order, ReadOnlySpan<long> dims, int count, Flag keepdim);
    [LibraryImport(Shim)]
    internal static partial nint ts_linalg_norm(TensorHandle self, double* order, ReadOnlySpan<long> dims, int count, Flag keepdim);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_linalg_norm_name(TensorHandle self, string order, ReadOnlySpan<long> dims, int count, Flag keepdim);
}
