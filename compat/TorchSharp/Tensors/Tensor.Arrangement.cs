namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>At most <paramref name="chunks"/> parts of equal size along a dimension, the last perhaps smaller.</summary>
        public Tensor[] chunk(long chunks, long dim = 0) => Native.Tensors(Native.ts_chunk(SafeHandle, chunks, dim));

        /// <summary>Parts of <paramref name="size"/> along a dimension, the last perhaps smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Native.Tensors(Native.ts_split(SafeHandle, size, dim));

        /// <summary>Parts of the given sizes along a dimension.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => split(sizes.AsSpan(), dim);

        /// <inheritdoc cref="split(long[], long)"/>
        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) =>
            Native.Tensors(Native.ts_split_sizes(SafeHandle, sizes, sizes.Length, dim));

        /// <summary><paramref name="size"/> parts along a dimension, sizes differing by at most 1.</summary>
        public Tensor[] tensor_split(long size, long dim = 0) => Native.Tensors(Native.ts_tensor_split(SafeHandle, size, dim));

        /// <summary>Each place of a dimension as a tensor.</summary>
        public Tensor[] unbind(long dimension = 0) => Native.Tensors(Native.ts_unbind(SafeHandle, dimension));

        /// <summary>Dimensions reversed.</summary>
        public Tensor flip(params long[] dims) => Native.Tensor(Native.ts_flip(SafeHandle, dims, dims.Length));

        /// <summary>Elements moved along, coming in again at the other end; without a dimension as if flattened.</summary>
        public Tensor roll(long shifts, long? dims = null) => dims is { } dim ? roll([shifts], [dim]) : roll([shifts], []);

        /// <inheritdoc cref="roll(long, long?)"/>
        public Tensor roll(long[] shifts, long[] dims) => roll(shifts.AsSpan(), dims.AsSpan());

        /// <inheritdoc cref="roll(long, long?)"/>
        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
            Native.Tensor(Native.ts_roll(SafeHandle, shifts, shifts.Length, dims, dims.Length));

        /// <summary>The whole repeated along each dimension.</summary>
        public Tensor repeat(params long[] sizes) => Native.Tensor(Native.ts_repeat(SafeHandle, sizes, sizes.Length));

        /// <summary>The whole repeated along the last dimensions.</summary>
        public Tensor tile(long[] reps) => Native.Tensor(Native.ts_tile(SafeHandle, reps, reps.Length));

        /// <summary>Each element (or place of a dimension) repeated.</summary>
        public unsafe Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            long along = dim.GetValueOrDefault();
            return Native.Tensor(Native.ts_repeat_interleave(SafeHandle, repeats, dim.HasValue ? &along : null));
        }

        /// <summary>Each element (or place of a dimension) repeated as often as its entry says.</summary>
        public unsafe Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null)
        {
            long along = dim.GetValueOrDefault();
            return Native.Tensor(Native.ts_repeat_interleave_tensor(SafeHandle, repeats.SafeHandle, dim.HasValue ? &along : null));
        }

        /// <summary>Zero above the diagonal; positive moves it up.</summary>
        public Tensor tril(long diagonal = 0) => Native.Tensor(Native.ts_tril(SafeHandle, diagonal));

        /// <inheritdoc cref="tril(long)"/>
        /// <remarks>In place.</remarks>
        public Tensor tril_(long diagonal = 0) => Changed(Native.ts_tril_(SafeHandle, diagonal));

        /// <summary>Zero below the diagonal; positive moves it up.</summary>
        public Tensor triu(long diagonal = 0) => Native.Tensor(Native.ts_triu(SafeHandle, diagonal));

        /// <inheritdoc cref="triu(long)"/>
        /// <remarks>In place.</remarks>
        public Tensor triu_(long diagonal = 0) => Changed(Native.ts_triu_(SafeHandle, diagonal));

        /// <summary>A vector as the diagonal of a matrix, or the diagonal of a matrix.</summary>
        public Tensor diag(long diagonal = 0) => Native.Tensor(Native.ts_diag(SafeHandle, diagonal));

        /// <summary>The last dimension as the diagonals of matrices.</summary>
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) =>
            Native.Tensor(Native.ts_diag_embed(SafeHandle, offset, dim1, dim2));
    }
}
