namespace TorchSharp;

/// <summary>Conversions between <see cref="Scalar"/> and .NET's numbers.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>A boolean scalar.</summary>
    public static Scalar ToScalar(this bool value) => value;
    /// <summary>An integer scalar.</summary>
    public static Scalar ToScalar(this byte value) => value;
    /// <summary>An integer scalar.</summary>
    public static Scalar ToScalar(this sbyte value) => value;
    /// <summary>An integer scalar.</summary>
    public static Scalar ToScalar(this short value) => value;
    /// <summary>An integer scalar.</summary>
    public static Scalar ToScalar(this int value) => value;
    /// <summary>An integer scalar.</summary>
    public static Scalar ToScalar(this long value) => value;
    /// <summary>A floating-point scalar.</summary>
    public static Scalar ToScalar(this Half value) => value;
    /// <summary>A floating-point scalar.</summary>
    public static Scalar ToScalar(this float value) => value;
    /// <summary>A floating-point scalar.</summary>
    public static Scalar ToScalar(this double value) => value;

    /// <summary>The number as a boolean: anything but 0 is true.</summary>
    public static bool ToBoolean(this Scalar value) =>
        value.Value.Type == Number.Kind.Real ? value.Value.Real != 0 : value.Value.Integer != 0;
    /// <summary>The number as a byte.</summary>
    public static byte ToByte(this Scalar value) => (byte)value.ToInt64();
    /// <summary>The number as an sbyte.</summary>
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.ToInt64();
    /// <summary>The number as a short.</summary>
    public static short ToInt16(this Scalar value) => (short)value.ToInt64();
    /// <summary>The number as an int.</summary>
    public static int ToInt32(this Scalar value) => (int)value.ToInt64();
    /// <summary>The number as a long; a fraction is cut off.</summary>
    public static long ToInt64(this Scalar value) => value.Value.Type == Number.Kind.Real ? (long)value.Value.Real : value.Value.Integer;
    /// <summary>The number as a Half.</summary>
    public static Half ToHalf(this Scalar value) => (Half)value.ToDouble();
    /// <summary>The number as a float.</summary>
    public static float ToSingle(this Scalar value) => (float)value.ToDouble();
    /// <summary>The number as a double.</summary>
    public static double ToDouble(this Scalar value) => value.Value.Type is Number.Kind.Integer or Number.Kind.Boolean
        ? value.Value.Integer
        : value.Value.Real;
}
