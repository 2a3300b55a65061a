using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A scalar as the shim takes it, by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Number
{
    internal enum Kind : long { Integer, Real, Complex, Boolean }

    internal readonly Kind Type;
    private readonly long _bits;
    private readonly double _imaginary;

    private Number(Kind type, long bits, double imaginary = 0) => (Type, _bits, _imaginary) = (type, bits, imaginary);

    internal long Integer => _bits;
    internal double Real => BitConverter.Int64BitsToDouble(_bits);
    internal System.Numerics.Complex Complex => new(Real, _imaginary);

    public static implicit operator Number(long value) => new(Kind.Integer, value);
    public static implicit operator Number(double value) => new(Kind.Real, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Number(bool value) => new(Kind.Boolean, value ? 1 : 0);
    public static implicit operator Number(System.Numerics.Complex value) =>
        new(Kind.Complex, BitConverter.DoubleToInt64Bits(value.Real), value.Imaginary);
}
