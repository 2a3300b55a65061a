namespace Microsoft.ML.Data;

/// <summary>The types of numbers.</summary>
public sealed class NumberDataViewType : PrimitiveDataViewType
{
    private NumberDataViewType(Type rawType) : base(rawType)
    {
    }

    /// <summary>8-bit signed integers.</summary>
    public static NumberDataViewType SByte { get; } = new(typeof(sbyte));

    /// <summary>8-bit unsigned integers.</summary>
    public static NumberDataViewType Byte { get; } = new(typeof(byte));

    /// <summary>16-bit signed integers.</summary>
    public static NumberDataViewType Int16 { get; } = new(typeof(short));

    /// <summary>16-bit unsigned integers.</summary>
    public static NumberDataViewType UInt16 { get; } = new(typeof(ushort));

    /// <summary>32-bit signed integers.</summary>
    public static NumberDataViewType Int32 { get; } = new(typeof(int));

    /// <summary>32-bit unsigned integers.</summary>
    public static NumberDataViewType UInt32 { get; } = new(typeof(uint));

    /// <summary>64-bit signed integers.</summary>
    public static NumberDataViewType Int64 { get; } = new(typeof(long));

    /// <summary>64-bit unsigned integers.</summary>
    public static NumberDataViewType UInt64 { get; } = new(typeof(ulong));

    /// <summary>32-bit floating point numbers.</summary>
    public static NumberDataViewType Single { get; } = new(typeof(float));

    /// <summary>64-bit floating point numbers.</summary>
    public static NumberDataViewType Double { get; } = new(typeof(double));

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override string ToString() => RawType.Name;
}
