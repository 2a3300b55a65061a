using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)]
    internal static partial nint ts_sum(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag keepdim, int type);
    [LibraryImport(Shim)]
    internal static partial nint ts_mean(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag keepdim, int type);
    [LibraryImport(Shim)] internal static partial nint ts_nansum(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_prod(TensorHandle self, int type);
    [LibraryImport(Shim)] internal static partial nint ts_prod_dim(TensorHandle self, long dim, Flag keepdim, int type);
    [LibraryImport(Shim)]
    internal static partial nint ts_var(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keepdim);
    [LibraryImport(Shim)]
    internal static partial nint ts_std(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keepdim);
    [LibraryImport(Shim)]
    internal static partial int ts_var_mean(
        TensorHandle self, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keepdim, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial int ts_std_mean(
        TensorHandle self, ReadOnlySpan<long> dims, int count, Flag unbiased, Flag keepdim, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial nint ts_max(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_min(TensorHandle self);
    [LibraryImport(Shim)]
    internal static partial int ts_max_dim(TensorHandle self, long dim, Flag keepdim, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial int ts_min_dim(TensorHandle self, long dim, Flag keepdim, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial nint ts_amax(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_amin(TensorHandle self, ReadOnlySpan<long> dims, int count, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_argmax(TensorHandle self, long* dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_argmin(TensorHandle self, long* dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_median(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_quantile(TensorHandle self, TensorHandle q, long* dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_all(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_any(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_all_dim(TensorHandle self, long dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_any_dim(TensorHandle self, long dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_count_nonzero(TensorHandle self, ReadOnlySpan<long> dims, int count);
    [LibraryImport(Shim)] internal static partial nint ts_norm(TensorHandle self, double p);
    [LibraryImport(Shim)] internal static partial nint ts_norm_dim(TensorHandle self, double p, long dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_logsumexp(TensorHandle self, long dim, Flag keepdim);
    [LibraryImport(Shim)] internal static partial nint ts_cumsum(TensorHandle self, long dim, int type);
    [LibraryImport(Shim)] internal static partial nint ts_cumprod(TensorHandle self, long dim, int type);
    [LibraryImport(Shim)] internal static partial nint ts_logcumsumexp(TensorHandle self, long dim);
    [LibraryImport(Shim)]
    internal static partial nint ts_diff(TensorHandle self, long n, long dim, TensorHandle prepend, TensorHandle append);
    [LibraryImport(Shim)]
    internal static partial int ts_sort(TensorHandle self, long dim, Flag descending, Flag stable, out nint first, out nint second);
    [LibraryImport(Shim)] internal static partial nint ts_argsort(TensorHandle self, long dim, Flag descending);
    [LibraryImport(Shim)]
    internal static partial int ts_topk(TensorHandle self, long k, long dim, Flag largest, Flag sorted, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial int ts_kthvalue(TensorHandle self, long k, long dim, Flag keepdim, out nint first, out nint second);
    [LibraryImport(Shim)]
    internal static partial int ts_unique(
        TensorHandle self, long* dim, Flag sorted, Flag inverse, Flag counts, out nint first, out nint second, out nint third);
    [LibraryImport(Shim)]
    internal static partial int ts_unique_consecutive(
        TensorHandle self, long* dim, Flag inverse, Flag counts, out nint first, out nint second, out nint third);
    [LibraryImport(Shim)] internal static partial nint ts_bincount(TensorHandle self, TensorHandle weights, long minlength);
    [LibraryImport(Shim)] internal static partial nint ts_histc(TensorHandle self, long bins, long low, long high);
    [LibraryImport(Shim)] internal static partial nint ts_searchsorted(TensorHandle sorted, TensorHandle values, Flag int32, Flag right);
    [LibraryImport(Shim)] internal static partial nint ts_bucketize(TensorHandle self, TensorHandle boundaries, Flag int32, Flag right);
}
