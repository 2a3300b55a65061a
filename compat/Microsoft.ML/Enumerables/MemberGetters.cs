using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Makes the getters that give the members of <see cref="Current"/> as column values.</summary>
internal sealed class MemberGetters<TRow>(RowBinding binding) where TRow : class
{
    /// <summary>The object of the current row.</summary>
    public TRow Current { get; set; } = null!;

    /// <summary>The getter of a column: a <see cref="ValueGetter{TValue}"/> of its raw type.</summary>
    public Delegate Create(int column)
    {
        MemberInfo member = binding.Members[column];
        Type type = RowMember.ValueType(member);
        DataViewType columnType = binding.Schema[column].Type;
        if (type == typeof(string))
            return TextGetter(member);
        if (type == typeof(string[]))
            return TextArrayGetter(member);
        if (type.IsArray)
            return Generic.Invoke<Delegate>(ArrayGetter<int>, type.GetElementType()!, member);
        if (columnType is VectorDataViewType vector)
            return Generic.Invoke<Delegate>(VectorGetter<int>, vector.ItemType.RawType, member);
        if (columnType is KeyDataViewType key)
            return KeyGetter(member, key);
        return Generic.Invoke<Delegate>(Getter<int>, type, member);
    }

    private ValueGetter<T> Getter<T>(MemberInfo member)
    {
        Func<TRow, T> read = MemberAccess.Reader<TRow, T>(member);
        return (ref T value) => value = read(Current);
    }

    private ValueGetter<ReadOnlyMemory<char>> TextGetter(MemberInfo member)
    {
        Func<TRow, string?> read = MemberAccess.Reader<TRow, string?>(member);
        return (ref ReadOnlyMemory<char> value) => value = read(Current).AsMemory();
    }

    private ValueGetter<VBuffer<ReadOnlyMemory<char>>> TextArrayGetter(MemberInfo member)
    {
        Func<TRow, string?[]?> read = MemberAccess.Reader<TRow, string?[]?>(member);
        return (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string?[] texts = read(Current) ?? [];
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, texts.Length);
            for (int i = 0; i < texts.Length; i++)
                editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<T>> ArrayGetter<T>(MemberInfo member)
    {
        Func<TRow, T[]?> read = MemberAccess.Reader<TRow, T[]?>(member);
        return (ref VBuffer<T> value) =>
        {
            T[] items = read(Current) ?? [];
            VBuffer<T>.Copy(items, 0, ref value, items.Length);
        };
    }

    private ValueGetter<VBuffer<T>> VectorGetter<T>(MemberInfo member)
    {
        Func<TRow, VBuffer<T>> read = MemberAccess.Reader<TRow, VBuffer<T>>(member);
        return (ref VBuffer<T> value) => read(Current).CopyTo(ref value);
    }

    // A single key member is an index from 0 (a vector of keys is not): index k is stored as k + 1, one beyond the count as missing.
    private Delegate KeyGetter(MemberInfo member, KeyDataViewType key) => Type.GetTypeCode(key.RawType) switch
    {
        TypeCode.Byte =>
            Shifted(MemberAccess.Reader<TRow, byte>(member), key.Count, (index, count) => (byte)(index < count ? index + 1u : 0)),
        TypeCode.UInt16 =>
            Shifted(MemberAccess.Reader<TRow, ushort>(member), key.Count, (index, count) => (ushort)(index < count ? index + 1u : 0)),
        TypeCode.UInt32 => Shifted(MemberAccess.Reader<TRow, uint>(member), key.Count, (index, count) => index < count ? index + 1 : 0),
        _ => Shifted(MemberAccess.Reader<TRow, ulong>(member), key.Count, (index, count) => index < count ? index + 1 : 0),
    };

    private ValueGetter<T> Shifted<T>(Func<TRow, T> read, ulong count, Func<T, ulong, T> shift) => (ref T value) =>
        value = shift(read(Current), count);
}
