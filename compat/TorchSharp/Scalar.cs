using System.Numerics;

namespace TorchSharp;

/// <summary>A number as an operand of tensor operations. Numbers convert to it implicitly.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Number Value;

    internal Scalar(Number value) => Value = value;

    /// <summary>The category libtorch promotes it by: Int64, Float64, ComplexFloat64 or Bool.</summary>
    public torch.ScalarType Type => Value.Type switch
    {
        Number.Kind.Integer => torch.ScalarType.Int64,
        Number.Kind.Real => torch.ScalarType.Float64,
        Number.Kind.Complex => torch.ScalarType.ComplexFloat64,
        _ => torch.ScalarType.Bool,
    };

    /// <summary>Holds nothing; there for programs that dispose scalars.</summary>
    public void Dispose()
    {
    }

    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(byte value) => new((long)value);
    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(sbyte value) => new((long)value);
    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(short value) => new((long)value);
    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(int value) => new((long)value);
    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(long value) => new(value);
    /// <summary>A floating-point scalar.</summary>
    public static implicit operator Scalar(Half value) => new((double)value);
    /// <summary>A floating-point scalar.</summary>
    public static implicit operator Scalar(float value) => new((double)value);
    /// <summary>A floating-point scalar.</summary>
    public static implicit operator Scalar(double value) => new(value);
    /// <summary>A complex scalar.</summary>
    public static implicit operator Scalar((float, float) value) => new(new Complex(value.Item1, value.Item2));
    /// <summary>A complex scalar.</summary>
    public static implicit operator Scalar(Complex value) => new(value);
    /// <summary>A boolean scalar.</summary>
    public static implicit operator Scalar(bool value) => new(value);
}
