namespace Microsoft.ML.KappaTune;

/// <summary>How a checkpoint stores the values of a tensor.</summary>
public enum TensorDataType
{
    /// <summary>64-bit floating point (<c>F64</c>).</summary>
    Float64,

    /// <summary>32-bit floating point (<c>F32</c>).</summary>
    Float32,

    /// <summary>16-bit IEEE floating point (<c>F16</c>).</summary>
    Float16,

    /// <summary>The upper half of a 32-bit floating-point number (<c>BF16</c>).</summary>
    BFloat16,

    /// <summary>8-bit floating point with 4 exponent bits, no infinities (<c>F8_E4M3</c>).</summary>
    Float8E4M3,

    /// <summary>8-bit floating point with 5 exponent bits (<c>F8_E5M2</c>).</summary>
    Float8E5M2,

    /// <summary>64-bit signed integer (<c>I64</c>).</summary>
    Int64,

    /// <summary>32-bit signed integer (<c>I32</c>).</summary>
    Int32,

    /// <summary>16-bit signed integer (<c>I16</c>).</summary>
    Int16,

    /// <summary>8-bit signed integer (<c>I8</c>).</summary>
    Int8,

    /// <summary>64-bit unsigned integer (<c>U64</c>).</summary>
    UInt64,

    /// <summary>32-bit unsigned integer (<c>U32</c>).</summary>
    UInt32,

    /// <summary>16-bit unsigned integer (<c>U16</c>).</summary>
    UInt16,

    /// <summary>8-bit unsigned integer (<c>U8</c>).</summary>
    UInt8,

    /// <summary>One byte a value, 0 or 1 (<c>BOOL</c>).</summary>
    Boolean,

    /// <summary>A type that this version doesn't know, so that the values can't be read.</summary>
    Unknown,
}
