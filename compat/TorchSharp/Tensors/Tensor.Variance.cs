namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Variance of all elements; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor var(bool unbiased = true) => Native.Tensor(Native.ts_var(SafeHandle, default, 0, unbiased, false));

        /// <summary>Variance over a dimension; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        /// <summary>Variance over <paramref name="dimensions"/>; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var(dimensions.AsSpan(), unbiased, keepdim, type);

        /// <inheritdoc cref="var(long[], bool, bool, ScalarType?)"/>
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            if (type is { } wanted && wanted != dtype)
            {
                using Tensor converted = to_type(wanted).DetachFromDisposeScope();
                return converted.var(dimensions, unbiased, keepdim);
            }
            return Native.Tensor(Native.ts_var(SafeHandle, dimensions, dimensions.Length, unbiased, keepdim));
        }

        /// <summary>Variance and mean of all elements.</summary>
        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) =>
            Native.Pair(Native.ts_var_mean(SafeHandle, default, 0, unbiased, false, out nint first, out nint second), first, second);

        /// <summary>Variance and mean over <paramref name="dimensions"/>.</summary>
        public (Tensor var, Tensor mean) var_mean(
            ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            if (type is { } wanted && wanted != dtype)
            {
                using Tensor converted = to_type(wanted).DetachFromDisposeScope();
                return converted.var_mean(dimensions, unbiased, keepdim);
            }
            return Native.Pair(
                Native.ts_var_mean(SafeHandle, dimensions, dimensions.Length, unbiased, keepdim, out nint first, out nint second), first,
                second);
        }

        /// <summary>Standard deviation of all elements; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor std(bool unbiased = true) => Native.Tensor(Native.ts_std(SafeHandle, default, 0, unbiased, false));

        /// <summary>Standard deviation over a dimension; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        /// <summary>Standard deviation over <paramref name="dimensions"/>; <paramref name="unbiased"/> divides by n - 1.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std(dimensions.AsSpan(), unbiased, keepdim, type);

        /// <inheritdoc cref="std(long[], bool, bool, ScalarType?)"/>
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            if (type is { } wanted && wanted != dtype)
            {
                using Tensor converted = to_type(wanted).DetachFromDisposeScope();
                return converted.std(dimensions, unbiased, keepdim);
            }
            return Native.Tensor(Native.ts_std(SafeHandle, dimensions, dimensions.Length, unbiased, keepdim));
        }

        /// <summary>Standard deviation and mean of all elements.</summary>
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) =>
            Native.Pair(Native.ts_std_mean(SafeHandle, default, 0, unbiased, false, out nint first, out nint second), first, second);

        /// <summary>Standard deviation and mean over <paramref name="dimensions"/>.</summary>
        public (Tensor std, Tensor mean) std_mean(
            ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            if (type is { } wanted && wanted != dtype)
            {
                using Tensor converted = to_type(wanted).DetachFromDisposeScope();
                return converted.std_mean(dimensions, unbiased, keepdim);
            }
            return Native.Pair(
                Native.ts_std_mean(SafeHandle, dimensions, dimensions.Length, unbiased, keepdim, out nint first, out nint second), first,
                second);
        }
    }
}
