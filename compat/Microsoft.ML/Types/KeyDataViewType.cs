using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>
/// The type of keys: unsigned integers that stand for one of <see cref="Count"/> values. A stored 0 is a missing value,
/// a stored k the value with index k - 1.
/// </summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    /// <summary>Makes a key type.</summary>
    /// <param name="type">The stored type: byte, ushort, uint or ulong.</param>
    /// <param name="count">How many values there are; positive and not above the type's maximum.</param>
    public KeyDataViewType(Type type, ulong count) : base(type)
    {
        if (!IsValidDataType(type))
            throw Contracts.ExceptParam(nameof(type), "A key is stored in a Byte, UInt16, UInt32 or UInt64");
        if (count == 0 || MaxCount(type) < count)
            throw Contracts.ExceptParam(nameof(count), $"Must be positive and at most {MaxCount(type)}");
        Count = count;
    }

    /// <inheritdoc cref="KeyDataViewType(Type, ulong)"/>
    public KeyDataViewType(Type type, int count) : this(type, (ulong)Math.Max(count, 0))
    {
    }

    /// <summary>How many values there are.</summary>
    public ulong Count { get; }

    /// <summary>Whether keys can be stored in <paramref name="type"/>.</summary>
    public static bool IsValidDataType(Type type) => MaxCount(type) > 0;

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is DataViewType type && Equals(type);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RawType, Count);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Key<{RawType.Name}, 0-{Count - 1}>");

    private static ulong MaxCount(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        TypeCode.UInt64 => ulong.MaxValue,
        _ => 0,
    };
}
