namespace TorchSharp;

public static partial class torch
{
    /// <summary>The type of a tensor's elements.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>8-bit unsigned integer.</summary>
        Byte = 0,
        /// <summary>8-bit signed integer.</summary>
        Int8 = 1,
        /// <summary>16-bit signed integer.</summary>
        Int16 = 2,
        /// <summary>32-bit signed integer.</summary>
        Int32 = 3,
        /// <summary>64-bit signed integer.</summary>
        Int64 = 4,
        /// <summary>IEEE 754 half precision, 11 bits of precision.</summary>
        Float16 = 5,
        /// <summary>Single precision.</summary>
        Float32 = 6,
        /// <summary>Double precision.</summary>
        Float64 = 7,
        /// <summary>Complex number of two single precision parts.</summary>
        ComplexFloat32 = 9,
        /// <summary>Complex number of two double precision parts.</summary>
        ComplexFloat64 = 10,
        /// <summary>True or false, one byte.</summary>
        Bool = 11,
        /// <summary>The upper half of a single precision number, 8 bits of precision.</summary>
        BFloat16 = 15,
    }
}
