namespace Microsoft.ML.Data;

/// <summary>The kinds of values that loaders and conversions can produce.</summary>
public enum DataKind : byte
{
    /// <summary>8-bit signed integer.</summary>
    SByte = 1,

    /// <summary>8-bit unsigned integer.</summary>
    Byte = 2,

    /// <summary>16-bit signed integer.</summary>
    Int16 = 3,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16 = 4,

    /// <summary>32-bit signed integer.</summary>
    Int32 = 5,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32 = 6,

    /// <summary>64-bit signed integer.</summary>
    Int64 = 7,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64 = 8,

    /// <summary>32-bit floating point number.</summary>
    Single = 9,

    /// <summary>64-bit floating point number.</summary>
    Double = 10,

    /// <summary>Text.</summary>
    String = 11,

    /// <summary>Truth value.</summary>
    Boolean = 12,

    /// <summary>Duration.</summary>
    TimeSpan = 13,

    /// <summary>Date with time.</summary>
    DateTime = 14,

    /// <summary>Date with time and offset from UTC.</summary>
    DateTimeOffset = 15,
}
