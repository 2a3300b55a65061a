namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sum of all elements; integers add up as Int64 unless <paramref name="type"/> is given.</summary>
        /// <remarks>The literal 0 is a type here, as C# converts it to any enum: write 0L for the first dimension.</remarks>
        public Tensor sum(ScalarType? type = null) => sum(ReadOnlySpan<long>.Empty, false, type);

        /// <summary>Sum over dimension <paramref name="dim"/>.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        /// <summary>Sum over two dimensions.</summary>
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        /// <summary>Sum over three dimensions.</summary>
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        /// <summary>Sum over the dimensions <paramref name="dim"/>; none means all.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);

        /// <inheritdoc cref="sum(long[], bool, ScalarType?)"/>
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Native.Tensor(Native.ts_sum(SafeHandle, dim, dim.Length, keepdim, Code(type)));

        /// <summary>Mean of all elements.</summary>
        public Tensor mean() => Native.Tensor(Native.ts_mean(SafeHandle, default, 0, false, -1));

        /// <summary>Mean over <paramref name="dimensions"/>.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Native.Tensor(Native.ts_mean(SafeHandle, dimensions, dimensions.Length, keepdim, Code(type)));

        /// <summary>Sum of all elements, NaN counting as 0.</summary>
        public Tensor nansum() => Native.Tensor(Native.ts_nansum(SafeHandle));

        /// <summary>Product of all elements.</summary>
        /// <remarks>The literal 0 is a type here, as C# converts it to any enum: write 0L for the first dimension.</remarks>
        public Tensor prod(ScalarType? type = null) => Native.Tensor(Native.ts_prod(SafeHandle, Code(type)));

        /// <summary>Product over a dimension.</summary>
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Native.Tensor(Native.ts_prod_dim(SafeHandle, dim, keepdim, Code(type)));

        /// <summary>True if every element is.</summary>
        public Tensor all() => Native.Tensor(Native.ts_all(SafeHandle));

        /// <summary>True if every element along <paramref name="dim"/> is.</summary>
        public Tensor all(long dim, bool keepdim = false) => Native.Tensor(Native.ts_all_dim(SafeHandle, dim, keepdim));

        /// <summary>True if an element is.</summary>
        public Tensor any() => Native.Tensor(Native.ts_any(SafeHandle));

        /// <summary>True if an element along <paramref name="dim"/> is.</summary>
        public Tensor any(long dim, bool keepdim = false) => Native.Tensor(Native.ts_any_dim(SafeHandle, dim, keepdim));

        /// <summary>How many elements aren't 0, over <paramref name="dims"/>; null means all.</summary>
        public Tensor count_nonzero(long[]? dims = null) =>
            Native.Tensor(Native.ts_count_nonzero(SafeHandle, dims, dims?.Length ?? 0));

        /// <summary>Norm of all elements: (Σ|x|ᵖ)^(1/p).</summary>
        public Tensor norm(float p = 2) => Native.Tensor(Native.ts_norm(SafeHandle, p));

        /// <summary>Norm over a dimension: (Σ|x|ᵖ)^(1/p).</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2) =>
            Native.Tensor(Native.ts_norm_dim(SafeHandle, p, dim, keepdim));

        /// <summary>log(Σ exp(x)) over a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Native.Tensor(Native.ts_logsumexp(SafeHandle, dim, keepdim));

        /// <summary>Running sum along a dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Native.Tensor(Native.ts_cumsum(SafeHandle, dim, Code(type)));

        /// <summary>Running product along a dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Native.Tensor(Native.ts_cumprod(SafeHandle, dim, Code(type)));

        /// <summary>Running log(Σ exp(x)) along a dimension.</summary>
        public Tensor logcumsumexp(long dim) => Native.Tensor(Native.ts_logcumsumexp(SafeHandle, dim));

        /// <summary>Differences of neighbours along a dimension, <paramref name="n"/> times over.</summary>
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Native.Tensor(Native.ts_diff(SafeHandle, n, dim, Optional(prepend), Optional(append)));
    }
}
