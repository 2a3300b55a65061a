namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The places <paramref name="index"/> of a dimension.</summary>
        public Tensor index_select(long dim, Tensor index) =>
            Native.Tensor(Native.ts_index_select(SafeHandle, dim, index.SafeHandle));

        /// <summary>
        /// This plus <paramref name="alpha"/> times <paramref name="source"/> at the places <paramref name="index"/> of a dimension.
        /// </summary>
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Native.Tensor(Native.ts_index_add(SafeHandle, dim, index.SafeHandle, source.SafeHandle, alpha.Value));

        /// <inheritdoc cref="index_add(long, Tensor, Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Changed(Native.ts_index_add_(SafeHandle, dim, index.SafeHandle, source.SafeHandle, alpha.Value));

        /// <summary>This with <paramref name="source"/> at the places <paramref name="index"/> of a dimension.</summary>
        public Tensor index_copy(long dim, Tensor index, Tensor source) =>
            Native.Tensor(Native.ts_index_copy(SafeHandle, dim, index.SafeHandle, source.SafeHandle));

        /// <inheritdoc cref="index_copy(long, Tensor, Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) =>
            Changed(Native.ts_index_copy_(SafeHandle, dim, index.SafeHandle, source.SafeHandle));

        /// <summary>This with a number at the places <paramref name="index"/> of a dimension.</summary>
        public Tensor index_fill(long dim, Tensor index, Scalar value) =>
            Native.Tensor(Native.ts_index_fill(SafeHandle, dim, index.SafeHandle, value.Value));

        /// <inheritdoc cref="index_fill(long, Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor index_fill_(long dim, Tensor index, Scalar value) =>
            Changed(Native.ts_index_fill_(SafeHandle, dim, index.SafeHandle, value.Value));

        /// <summary>For each entry of <paramref name="index"/> the element at that place of the dimension.</summary>
        public Tensor gather(long dim, Tensor index) =>
            Native.Tensor(Native.ts_gather(SafeHandle, dim, index.SafeHandle));

        /// <summary>
        /// This with each element of <paramref name="src"/> at the place of the dimension that <paramref name="index"/> says.
        /// </summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) =>
            Native.Tensor(Native.ts_scatter(SafeHandle, dim, index.SafeHandle, src.SafeHandle));

        /// <inheritdoc cref="scatter(long, Tensor, Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor scatter_(long dim, Tensor index, Tensor src) =>
            Changed(Native.ts_scatter_(SafeHandle, dim, index.SafeHandle, src.SafeHandle));

        /// <summary>
        /// This plus each element of <paramref name="src"/> at the place of the dimension that <paramref name="index"/> says.
        /// </summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) =>
            Native.Tensor(Native.ts_scatter_add(SafeHandle, dim, index.SafeHandle, src.SafeHandle));

        /// <inheritdoc cref="scatter_add(long, Tensor, Tensor)"/>
        /// <remarks>In place.</remarks>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) =>
            Changed(Native.ts_scatter_add_(SafeHandle, dim, index.SafeHandle, src.SafeHandle));

        /// <summary>The elements at places of the flattened tensor.</summary>
        public Tensor take(Tensor index) =>
            Native.Tensor(Native.ts_take(SafeHandle, index.SafeHandle));

        /// <summary>Like <see cref="gather(long, Tensor)"/>, broadcast; takes what argsort and argmax give.</summary>
        public Tensor take_along_dim(Tensor indices, long dim) =>
            Native.Tensor(Native.ts_take_along_dim(SafeHandle, indices.SafeHandle, dim));

        /// <summary>The elements where <paramref name="mask"/> is true, in one dimension.</summary>
        public Tensor masked_select(Tensor mask) =>
            Native.Tensor(Native.ts_masked_select(SafeHandle, mask.SafeHandle));

        /// <summary>This with a number where <paramref name="mask"/> is true.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) =>
            Native.Tensor(Native.ts_masked_fill(SafeHandle, mask.SafeHandle, value.Value));

        /// <inheritdoc cref="masked_fill(Tensor, Scalar)"/>
        /// <remarks>In place.</remarks>
        public Tensor masked_fill_(Tensor mask, Scalar value) =>
            Changed(Native.ts_masked_fill_(SafeHandle, mask.SafeHandle, value.Value));

        /// <summary>The places of the elements that aren't 0, one a row.</summary>
        public Tensor nonzero() =>
            Native.Tensor(Native.ts_nonzero(SafeHandle));

        /// <summary>The places of the elements that aren't 0, one a row.</summary>
        public Tensor argwhere() =>
            Native.Tensor(Native.ts_argwhere(SafeHandle));
    }
}
