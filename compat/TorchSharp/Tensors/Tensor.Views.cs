namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same elements in another shape, without copying; one size may be -1.</summary>
        public Tensor view(params long[] shape) => Native.Tensor(Native.ts_view(SafeHandle, shape, shape.Length));

        /// <summary>The same elements in the shape of <paramref name="other"/>, without copying.</summary>
        public Tensor view_as(Tensor other) => view(other.shape);

        /// <summary>The same elements in another shape, copied only if they must be; one size may be -1.</summary>
        public Tensor reshape(params long[] shape) => Native.Tensor(Native.ts_reshape(SafeHandle, shape, shape.Length));

        /// <summary>All elements in one dimension.</summary>
        public Tensor ravel() => reshape(-1);

        /// <summary>The dimensions from <paramref name="start_dim"/> to <paramref name="end_dim"/> made one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Native.Tensor(Native.ts_flatten(SafeHandle, start_dim, end_dim));

        /// <summary>A dimension made several.</summary>
        public Tensor unflatten(long dim, params long[] sizes) =>
            Native.Tensor(Native.ts_unflatten(SafeHandle, dim, sizes, sizes.Length));

        /// <summary>Dimensions of size 1 (and missing leading ones) repeated without copying; -1 keeps a size.</summary>
        public Tensor expand(params long[] sizes) => expand(sizes.AsSpan());

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor expand(long[] sizes, bool isImplicit = false) => expand(sizes.AsSpan(), isImplicit);

        /// <inheritdoc cref="expand(long[])"/>
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) =>
            Native.Tensor(Native.ts_expand(SafeHandle, sizes, sizes.Length, isImplicit));

        /// <summary>Expanded to the shape of <paramref name="other"/>.</summary>
        public Tensor expand_as(Tensor other) => expand(other.shape);

        /// <summary>Expanded to <paramref name="shape"/>.</summary>
        public Tensor broadcast_to(params long[] shape) => Native.Tensor(Native.ts_broadcast_to(SafeHandle, shape, shape.Length));

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Native.Tensor(Native.ts_permute(SafeHandle, permutation, permutation.Length));

        /// <inheritdoc cref="permute(long[])"/>
        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Native.Tensor(Native.ts_transpose(SafeHandle, dim0, dim1));

        /// <inheritdoc cref="transpose(long, long)"/>
        /// <remarks>In place: the shape changes, the elements stay.</remarks>
        public Tensor transpose_(long dim0, long dim1) => Changed(Native.ts_transpose_(SafeHandle, dim0, dim1));

        /// <inheritdoc cref="transpose(long, long)"/>
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        /// <inheritdoc cref="transpose(long, long)"/>
        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>A matrix transposed; a vector as it is.</summary>
        public Tensor t() => Native.Tensor(Native.ts_t(SafeHandle));

        /// <summary>All dimensions in reverse order.</summary>
        public Tensor T => Native.Tensor(Native.ts_numpy_T(SafeHandle));

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => Native.Tensor(Native.ts_mT(SafeHandle));

        /// <summary>Dimensions moved to other places, the rest keeping their order.</summary>
        public Tensor movedim(long[] source, long[] destination) =>
            Native.Tensor(Native.ts_movedim(SafeHandle, source, source.Length, destination, destination.Length));

        /// <inheritdoc cref="movedim(long[], long[])"/>
        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        /// <summary>Without dimension <paramref name="dim"/> if its size is 1, or without all such.</summary>
        public unsafe Tensor squeeze(long? dim = null)
        {
            long only = dim.GetValueOrDefault();
            return Native.Tensor(Native.ts_squeeze(SafeHandle, dim.HasValue ? &only : null));
        }

        /// <inheritdoc cref="squeeze(long?)"/>
        /// <remarks>In place.</remarks>
        public unsafe Tensor squeeze_(long? dim = null)
        {
            long only = dim.GetValueOrDefault();
            return Changed(Native.ts_squeeze_(SafeHandle, dim.HasValue ? &only : null));
        }

        /// <summary>With a new dimension of size 1 before <paramref name="dim"/>.</summary>
        public Tensor unsqueeze(long dim) => Native.Tensor(Native.ts_unsqueeze(SafeHandle, dim));

        /// <inheritdoc cref="unsqueeze(long)"/>
        /// <remarks>In place.</remarks>
        public Tensor unsqueeze_(long dim) => Changed(Native.ts_unsqueeze_(SafeHandle, dim));

        /// <summary>
        /// Windows of <paramref name="size"/> elements along a dimension, every <paramref name="step"/>, as a new last dimension.
        /// </summary>
        public Tensor unfold(long dimension, long size, long step) => Native.Tensor(Native.ts_unfold(SafeHandle, dimension, size, step));

        /// <summary>The place <paramref name="index"/> of a dimension, which goes.</summary>
        public Tensor select(long dim, long index) => Native.Tensor(Native.ts_select(SafeHandle, dim, index));

        /// <summary>
        /// Every <paramref name="step"/>-th place of a dimension, from <paramref name="start"/> to before <paramref name="finish"/>.
        /// </summary>
        public Tensor slice(long dim, long start, long finish, long step) =>
            Native.Tensor(Native.ts_slice(SafeHandle, dim, start, finish, step));

        /// <summary><paramref name="length"/> places of a dimension, from <paramref name="start"/>.</summary>
        public Tensor narrow(long dim, long start, long length) => Native.Tensor(Native.ts_narrow(SafeHandle, dim, start, length));

        /// <summary>Any view of the storage, sizes and strides in elements.</summary>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) =>
            Native.Tensor(Native.ts_as_strided(SafeHandle, size, size.Length, strides, strides.Length, storageOffset));

        /// <summary>The elements in row-major order: this tensor if they are, else a copy.</summary>
        public Tensor contiguous() => Native.Tensor(Native.ts_contiguous(SafeHandle));

        /// <summary>Another object for the same tensor.</summary>
        public Tensor alias() => Native.Tensor(Native.ts_alias(SafeHandle));
    }
}
