using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// Loops over vectors of one length that run at full speed from the first call. Those of System.Numerics.Tensors are compiled without
/// optimisation at first, which made the first scans of a process take twice as long.
/// </summary>
internal static class VectorLoops
{
    /// <summary>Σ xᵢ·yᵢ, in an order that depends on the length and the processor alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        ref double xs = ref MemoryMarshal.GetReference(x), ys = ref MemoryMarshal.GetReference(y);
        Vector<double> sum = default, other = default;
        int i = 0, width = Vector<double>.Count;
        // Two sums, so that an addition needn't wait for the one before.
        for (; i <= x.Length - 2 * width; i += 2 * width)
        {
            sum += Vector.LoadUnsafe(ref xs, (nuint)i) * Vector.LoadUnsafe(ref ys, (nuint)i);
            other += Vector.LoadUnsafe(ref xs, (nuint)(i + width)) * Vector.LoadUnsafe(ref ys, (nuint)(i + width));
        }

        double rest = 0;
        for (; i < x.Length; i++)
            rest += x[i] * y[i];
        return Vector.Sum(sum + other) + rest;
    }

    /// <summary>yᵢ += factor·xᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMultiple(ReadOnlySpan<double> x, double factor, Span<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        ref double xs = ref MemoryMarshal.GetReference(x), ys = ref MemoryMarshal.GetReference(y);
        var factors = new Vector<double>(factor);
        int i = 0, width = Vector<double>.Count;
        for (; i <= x.Length - width; i += width)
            (Vector.LoadUnsafe(ref ys, (nuint)i) + factors * Vector.LoadUnsafe(ref xs, (nuint)i)).StoreUnsafe(ref ys, (nuint)i);
        for (; i < x.Length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>√Σ xᵢ².</summary>
    public static double Norm(ReadOnlySpan<double> x) => Math.Sqrt(Dot(x, x));
}
