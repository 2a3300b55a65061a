using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>A 128-bit identifier of a row.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    /// <summary>The low 64 bits.</summary>
    public readonly ulong Low;

    /// <summary>The high 64 bits.</summary>
    public readonly ulong High;

    /// <summary>Makes an identifier of its two halves.</summary>
    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>Another identifier made from this one; <see cref="Fork"/> and <see cref="Next"/> give two unrelated ones.</summary>
    public DataViewRowId Fork() => Mix(Low, High, 0x9E3779B97F4A7C15);

    /// <inheritdoc cref="Fork"/>
    public DataViewRowId Next() => Mix(Low, High, 0xC2B2AE3D27D4EB4F);

    /// <summary>An identifier made from this one and another; the order of the two matters.</summary>
    public DataViewRowId Combine(DataViewRowId other)
    {
        DataViewRowId mixed = Mix(other.Low, other.High, 0x165667B19E3779F9);
        return Mix(Low ^ mixed.Low, High ^ mixed.High, 0x27D4EB2F165667C5);
    }

    /// <inheritdoc/>
    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewRowId other && Equals(other);

    /// <inheritdoc/>
    public int CompareTo(DataViewRowId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");

    // Two rounds of a 64-bit finalizer a half, each half fed into the other: every input bit reaches every output bit.
    private static DataViewRowId Mix(ulong low, ulong high, ulong seed)
    {
        low = ValueHash.Mix(low ^ seed);
        high = ValueHash.Mix(high + low);
        low = ValueHash.Mix(low + high);
        return new DataViewRowId(low, high);
    }
}
