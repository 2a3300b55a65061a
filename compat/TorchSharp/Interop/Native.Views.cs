using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Shim)] internal static partial nint ts_view(TensorHandle self, ReadOnlySpan<long> sizes, int count);
    [LibraryImport(Shim)] internal static partial nint ts_reshape(TensorHandle self, ReadOnlySpan<long> sizes, int count);
    [LibraryImport(Shim)] internal static partial nint ts_expand(TensorHandle self, ReadOnlySpan<long> sizes, int count, Flag hidden);
    [LibraryImport(Shim)] internal static partial nint ts_broadcast_to(TensorHandle self, ReadOnlySpan<long> sizes, int count);
    [LibraryImport(Shim)] internal static partial nint ts_permute(TensorHandle self, ReadOnlySpan<long> dims, int count);
    [LibraryImport(Shim)] internal static partial nint ts_transpose(TensorHandle self, long first, long second);
    [LibraryImport(Shim)] internal static partial int ts_transpose_(TensorHandle self, long first, long second);
    [LibraryImport(Shim)] internal static partial nint ts_t(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_mT(TensorHandle self);
    [LibraryImport(Shim)] internal static partial nint ts_numpy_T(TensorHandle self);
    [LibraryImport(Shim)]
    internal static partial nint ts_movedim(
        TensorHandle self, ReadOnlySpan<long> source, int count, ReadOnlySpan<long> destination, int length);
    [LibraryImport(Shim)] internal static partial nint ts_squeeze(TensorHandle self, long* dim);
    [LibraryImport(Shim)] internal static partial int ts_squeeze_(TensorHandle self, long* dim);
    [LibraryImport(Shim)] internal static partial nint ts_unsqueeze(TensorHandle self, long dim);
    [LibraryImport(Shim)] internal static partial int ts_unsqueeze_(TensorHandle self, long dim);
    [LibraryImport(Shim)] internal static partial nint ts_flatten(TensorHandle self, long first, long last);
    [LibraryImport(Shim)] internal static partial nint ts_unflatten(TensorHandle self, long dim, ReadOnlySpan<long> sizes, int count);
    [LibraryImport(Shim)] internal static partial nint ts_unfold(TensorHandle self, long dim, long size, long step);
    [LibraryImport(Shim)] internal static partial nint ts_select(TensorHandle self, long dim, long index);
    [LibraryImport(Shim)] internal static partial nint ts_slice(TensorHandle self, long dim, long start, long stop, long step);
    [LibraryImport(Shim)] internal static partial nint ts_narrow(TensorHandle self, long dim, long start, long length);
    [LibraryImport(Shim)] internal static partial nint ts_diagonal(TensorHandle self, long offset, long first, long second);
    [LibraryImport(Shim)]
    internal static partial nint ts_as_strided(
        TensorHandle self, ReadOnlySpan<long> sizes, int count, ReadOnlySpan<long> strides, int dims, long offset);
    [LibraryImport(Shim)] internal static partial int ts_chunk(TensorHandle self, long chunks, long dim);
    [LibraryImport(Shim)] internal static partial int ts_split(TensorHandle self, long size, long dim);
    [LibraryImport(Shim)] internal static partial int ts_split_sizes(TensorHandle self, ReadOnlySpan<long> sizes, int count, long dim);
    [LibraryImport(Shim)] internal static partial int ts_tensor_split(TensorHandle self, long sections, long dim);
    [LibraryImport(Shim)] internal static partial int ts_unbind(TensorHandle self, long dim);
    [LibraryImport(Shim)] internal static partial int ts_broadcast_tensors(ReadOnlySpan<nint> tensors, int length);
    [LibraryImport(Shim, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ts_meshgrid(ReadOnlySpan<nint> tensors, int length, string indexing);
    [LibraryImport(Shim)] internal static partial nint ts_cat(ReadOnlySpan<nint> tensors, int length, long dim);
    [LibraryImport(Shim)] internal static partial nint ts_stack(ReadOnlySpan<nint> tensors, int length, long dim);
    [LibraryImport(Shim)] internal static partial nint ts_hstack(ReadOnlySpan<nint> tensors, int length);
    [LibraryImport(Shim)] internal static partial nint ts_vstack(ReadOnlySpan<nint> tensors, int length);
    [LibraryImport(Shim)] internal static partial nint ts_flip(TensorHandle self, ReadOnlySpan<long> dims, int count);
    [LibraryImport(Shim)]
    internal static partial nint ts_roll(TensorHandle self, ReadOnlySpan<long> shifts, int count, ReadOnlySpan<long> dims, int length);
    [LibraryImport(Shim)] internal static partial nint ts_repeat(TensorHandle self, ReadOnlySpan<long> times, int count);
    [LibraryImport(Shim)] internal static partial nint ts_tile(TensorHandle self, ReadOnlySpan<long> times, int count);
    [LibraryImport(Shim)] internal static partial nint ts_repeat_interleave(TensorHandle self, long repeats, long* dim);
    [LibraryImport(Shim)] internal static partial nint ts_repeat_interleave_tensor(TensorHandle self, TensorHandle repeats, long* dim);
    [LibraryImport(Shim)] internal static partial nint ts_tril(TensorHandle self, long diagonal);
    [LibraryImport(Shim)] internal static partial int ts_tril_(TensorHandle self, long diagonal);
    [LibraryImport(Shim)] internal static partial nint ts_triu(TensorHandle self, long diagonal);
    [LibraryImport(Shim)] internal static partial int ts_triu_(TensorHandle self, long diagonal);
    [LibraryImport(Shim)] internal static partial nint ts_diag(TensorHandle self, long diagonal);
    [LibraryImport(Shim)] internal static partial nint ts_diag_embed(TensorHandle self, long offset, long first, long second);
}
