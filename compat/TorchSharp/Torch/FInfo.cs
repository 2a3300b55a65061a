namespace TorchSharp;

public static partial class torch
{
    /// <summary>The limits of a floating-point type.</summary>
    public struct FInfo
    {
        /// <summary>Bits of a number.</summary>
        public int bits;
        /// <summary>Distance from 1 to the next larger number.</summary>
        public double eps;
        /// <summary>Largest finite number.</summary>
        public double max;
        /// <summary>Smallest finite number, -max.</summary>
        public double min;
        /// <summary>Smallest positive normal number.</summary>
        public double smallest_normal;
        /// <summary>Smallest positive normal number.</summary>
        public double tiny;
        /// <summary>Decimal resolution: 10 to the power of minus the digits that always survive.</summary>
        public double resolution;
    }

    /// <summary>The limits of the default type.</summary>
    public static FInfo finfo() => finfo(get_default_dtype());

    /// <summary>The limits of a floating-point type.</summary>
    public static FInfo finfo(ScalarType dtype) => dtype switch
    {
        ScalarType.Float16 => Limits(16, 11, 15, 1e-3),
        ScalarType.BFloat16 => Limits(16, 8, 127, 1e-2),
        ScalarType.Float32 or ScalarType.ComplexFloat32 => Limits(32, 24, 127, 1e-6),
        ScalarType.Float64 or ScalarType.ComplexFloat64 => Limits(64, 53, 1023, 1e-15),
        _ => throw new ArgumentException("'dtype' must be floating point or complex", nameof(dtype)),
    };

    // IEEE 754: p digits, exponents up to emax and down to 1 - emax.
    private static FInfo Limits(int bits, int digits, int exponent, double resolution)
    {
        double eps = Math.ScaleB(1, 1 - digits), max = Math.ScaleB(2 - eps, exponent), tiny = Math.ScaleB(1, 1 - exponent);
        return new FInfo { bits = bits, eps = eps, max = max, min = -max, smallest_normal = tiny, tiny = tiny, resolution = resolution };
    }
}
