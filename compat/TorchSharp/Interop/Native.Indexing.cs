using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_index(TensorHandle self, ReadOnlySpan<IndexEntry> entries, int length);
    [LibraryImport(Shim)]
    internal static partial int ts_index_put_(TensorHandle self, ReadOnlySpan<IndexEntry> entries, int length, TensorHandle value);
    [LibraryImport(Shim)]
    internal static partial int ts_index_put_scalar_(TensorHandle self, ReadOnlySpan<IndexEntry> entries, int length, Number value);
    [LibraryImport(Shim)] internal static partial nint ts_index_select(TensorHandle self, long dim, TensorHandle index);
    [LibraryImport(Shim)]
    internal static partial nint ts_index_add(TensorHandle self, long dim, TensorHandle index, TensorHandle source, Number alpha);
    [LibraryImport(Shim)]
    internal static partial int ts_index_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source, Number alpha);
    [LibraryImport(Shim)] internal static partial nint ts_index_copy(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial int ts_index_copy_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial nint ts_index_fill(TensorHandle self, long dim, TensorHandle index, Number value);
    [LibraryImport(Shim)] internal static partial int ts_index_fill_(TensorHandle self, long dim, TensorHandle index, Number value);
    [LibraryImport(Shim)] internal static partial nint ts_gather(TensorHandle self, long dim, TensorHandle index);
    [LibraryImport(Shim)] internal static partial nint ts_scatter(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial int ts_scatter_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial nint ts_scatter_add(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial int ts_scatter_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);
    [LibraryImport(Shim)] internal static partial nint ts_take(TensorHandle self, TensorHandle index);
    [LibraryImport(Shim)] internal static partial nint ts_take_along_dim(TensorHandle self, TensorHandle index, long dim);
    [LibraryImport(Shim)] internal static partial nint ts_masked_select(TensorHandle self, TensorHandle mask);
    [LibraryImport(Shim)] internal static partial nint ts_masked_fill(TensorHandle self, TensorHandle mask, Number value);
    [LibraryImport(Shim)] internal static partial int ts_masked_fill_(TensorHandle self, TensorHandle mask, Number value);
    [LibraryImport(Shim)] internal static partial nint ts_nonzero(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_argwhere(TensorHandle self);
    [LibraryImport(Shim)] internal static partial int ts_where_indices(TensorHandle condition);
}
