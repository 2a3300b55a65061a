namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Largest element; NaN if one is.</summary>
        public Tensor max() => Native.Tensor(Native.ts_max(SafeHandle));

        /// <summary>Largest of two elements, broadcast.</summary>
        public Tensor max(Tensor other) => maximum(other);

        /// <summary>Largest elements along a dimension, and where they are.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Native.Pair(Native.ts_max_dim(SafeHandle, dim, keepdim, out nint first, out nint second), first, second);

        /// <summary>Largest element over several dimensions; gradients are shared among equals.</summary>
        public Tensor amax(params long[] dims) => Native.Tensor(Native.ts_amax(SafeHandle, dims, dims.Length, false));

        /// <inheritdoc cref="amax(long[])"/>
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => amax(dims.AsSpan(), keepdim, @out);

        /// <inheritdoc cref="amax(long[])"/>
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Into(@out, Native.Tensor(Native.ts_amax(SafeHandle, dims, dims.Length, keepdim)));

        /// <summary>Where in the flattened tensor the largest element is.</summary>
        public unsafe Tensor argmax() => Native.Tensor(Native.ts_argmax(SafeHandle, null, false));

        /// <summary>Where along <paramref name="dim"/> the largest elements are.</summary>
        public unsafe Tensor argmax(long dim, bool keepdim = false) => Native.Tensor(Native.ts_argmax(SafeHandle, &dim, keepdim));

        /// <summary>Smallest element; NaN if one is.</summary>
        public Tensor min() => Native.Tensor(Native.ts_min(SafeHandle));

        /// <summary>Smallest of two elements, broadcast.</summary>
        public Tensor min(Tensor other) => minimum(other);

        /// <summary>Smallest elements along a dimension, and where they are.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            Native.Pair(Native.ts_min_dim(SafeHandle, dim, keepdim, out nint first, out nint second), first, second);

        /// <summary>Smallest element over several dimensions; gradients are shared among equals.</summary>
        public Tensor amin(params long[] dims) => Native.Tensor(Native.ts_amin(SafeHandle, dims, dims.Length, false));

        /// <inheritdoc cref="amin(long[])"/>
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => amin(dims.AsSpan(), keepdim, @out);

        /// <inheritdoc cref="amin(long[])"/>
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Into(@out, Native.Tensor(Native.ts_amin(SafeHandle, dims, dims.Length, keepdim)));

        /// <summary>Where in the flattened tensor the smallest element is.</summary>
        public unsafe Tensor argmin() => Native.Tensor(Native.ts_argmin(SafeHandle, null, false));

        /// <summary>Where along <paramref name="dim"/> the smallest elements are.</summary>
        public unsafe Tensor argmin(long dim, bool keepdim = false) => Native.Tensor(Native.ts_argmin(SafeHandle, &dim, keepdim));

        /// <summary>The element in the middle of the sorted ones, the lower of two.</summary>
        public Tensor median() => Native.Tensor(Native.ts_median(SafeHandle));

        /// <summary>Quantiles <paramref name="q"/>, in [0, 1], along a dimension, linear between elements.</summary>
        public unsafe Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) =>
            Native.Tensor(Native.ts_quantile(SafeHandle, q.SafeHandle, &dim, keepdim));

        /// <summary>Elements sorted along a dimension, and where they were.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Native.Pair(Native.ts_sort(SafeHandle, dim, descending, stable, out nint first, out nint second), first, second);

        /// <summary>Where each place of the sorted elements comes from.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Native.Tensor(Native.ts_argsort(SafeHandle, dim, descending));

        /// <summary>The <paramref name="k"/> largest (or smallest) elements along a dimension, and where they are.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Native.Pair(Native.ts_topk(SafeHandle, k, dim, largest, sorted, out nint first, out nint second), first, second);

        /// <summary>The <paramref name="k"/>-th smallest element along a dimension, and where it is; null is the last dimension.</summary>
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Native.Pair(Native.ts_kthvalue(SafeHandle, k, dim ?? -1, keepdim, out nint first, out nint second), first, second);

        /// <summary>
        /// The different elements (or slices along <paramref name="dim"/>); on request where each went, and how many there are.
        /// </summary>
        public unsafe (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(
            bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            long along = dim.GetValueOrDefault();
            Native.Check(Native.ts_unique(
                SafeHandle, dim.HasValue ? &along : null, sorted, return_inverse, return_counts, out nint first, out nint second,
                out nint third));
            return Unique(first, second, third, return_inverse, return_counts);
        }

        /// <summary>Like <see cref="unique"/>, but only of neighbours.</summary>
        public unsafe (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(
            bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            long along = dim.GetValueOrDefault();
            Native.Check(Native.ts_unique_consecutive(
                SafeHandle, dim.HasValue ? &along : null, return_inverse, return_counts, out nint first, out nint second, out nint third));
            return Unique(first, second, third, return_inverse, return_counts);
        }

        /// <summary>How often each of 0, 1, 2, ... occurs, or the sum of its weights.</summary>
        public Tensor bincount(Tensor? weights, long minlength = 0) =>
            Native.Tensor(Native.ts_bincount(SafeHandle, Optional(weights), minlength));

        /// <summary>Counts in equal bins between min and max; both 0 takes those of the elements.</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Native.Tensor(Native.ts_histc(SafeHandle, bins, min, max));

        /// <summary>The number of the interval between <paramref name="boundaries"/> that each element falls in.</summary>
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) =>
            Native.Tensor(Native.ts_bucketize(SafeHandle, boundaries.SafeHandle, outInt32, right));

        // libtorch returns empty tensors for what wasn't asked for.
        private static (Tensor, Tensor?, Tensor?) Unique(nint output, nint inverse, nint counts, bool wantInverse, bool wantCounts)
        {
            Tensor? places = Native.MaybeTensor(inverse), numbers = Native.MaybeTensor(counts);
            if (!wantInverse)
                places?.Dispose();
            if (!wantCounts)
                numbers?.Dispose();
            return (Native.Tensor(output), wantInverse ? places : null, wantCounts ? numbers : null);
        }

        // The result, written into a tensor of the caller where one is given.
        internal static Tensor Into(Tensor? @out, Tensor result)
        {
            if (@out is null)
                return result;
            using (result)
                return @out.copy_(result);
        }
    }
}
