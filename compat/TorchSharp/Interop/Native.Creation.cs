using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_empty(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_empty_strided(
        ReadOnlySpan<long> sizes, int count, ReadOnlySpan<long> strides, int dims, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_zeros(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_ones(ReadOnlySpan<long> sizes, int count, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_full(ReadOnlySpan<long> sizes, int count, Number value, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_arange(Number start, Number stop, Number step, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_linspace(double start, double stop, long steps, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_logspace(double start, double stop, long steps, double @base, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_eye(long rows, long columns, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_tril_indices(long rows, long columns, long offset, int type, int device, int index);
    [LibraryImport(Shim)]
    internal static partial nint ts_triu_indices(long rows, long columns, long offset, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_empty_like(TensorHandle self, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_zeros_like(TensorHandle self, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_ones_like(TensorHandle self, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_full_like(TensorHandle self, Number value, int type, int device, int index);
    [LibraryImport(Shim)] internal static partial nint ts_from_memory(nint data, ReadOnlySpan<long> sizes, int count, int type);
    [LibraryImport(Shim)] internal static partial int ts_data_ptr(TensorHandle self, out nint pointer);
    [LibraryImport(Shim)]
    internal static partial nint ts_to(TensorHandle self, int type, int device, int index, Flag non_blocking, Flag copy);
    [LibraryImport(Shim)] internal static partial nint ts_clone(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_contiguous(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_copy_(TensorHandle self, TensorHandle source, Flag non_blocking);
    [LibraryImport(Shim)] internal static partial int ts_set_(TensorHandle self, TensorHandle source);
    [LibraryImport(Shim)] internal static partial int ts_fill_(TensorHandle self, Number value);
    [LibraryImport(Shim)] internal static partial int ts_zero_(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_item(TensorHandle self, out Number result);
}
