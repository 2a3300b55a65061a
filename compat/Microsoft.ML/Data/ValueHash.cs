using System.Runtime.InteropServices;

namespace Microsoft.ML.Data;

/// <summary>64-bit hashes of column values that are the same in every process, unlike <see cref="object.GetHashCode"/>.</summary>
internal static class ValueHash
{
    /// <summary>A hash of a column's value in the row as it is when the result is called.</summary>
    public static Func<ulong> Create(DataViewRow row, DataViewSchema.Column column)
    {
        Type type = column.Type.GetItemType().RawType;
        if (type == typeof(ReadOnlyMemory<char>))
            return Create<ReadOnlyMemory<char>>(row, column, text => Bytes(MemoryMarshal.AsBytes(text.Span)));
        return Generic.Invoke<Func<ulong>>(Numbers<int>, type, row, column);
    }

    /// <summary>Spreads a change of any bit over all bits.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private static Func<ulong> Numbers<T>(DataViewRow row, DataViewSchema.Column column) where T : unmanaged =>
        Create<T>(row, column, value => Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value))));

    private static Func<ulong> Create<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> hash)
    {
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return () =>
            {
                getter(ref vector);
                return vector.DenseValues().Aggregate((ulong)vector.Length, (sofar, item) => Mix(sofar) + hash(item));
            };
        }

        ValueGetter<T> single = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            single(ref value);
            return hash(value);
        };
    }

    // FNV-1a.
    private static ulong Bytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 0x100000001B3;
        return hash;
    }
}
