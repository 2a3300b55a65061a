using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Fills objects from a row: one compiled write a member.</summary>
internal sealed class MemberSetters<TRow> where TRow : class
{
    private readonly Action<TRow>[] _setters;

    /// <summary>Ties members to the columns that <paramref name="plan"/> found.</summary>
    public MemberSetters(DataViewRow row, SetterPlan plan) =>
        _setters = [.. plan.Columns.Select((column, i) => Create(row, column, plan.Members[i]))];

    /// <summary>Fills an object from the current row.</summary>
    public void Fill(TRow target)
    {
        foreach (Action<TRow> setter in _setters)
            setter(target);
    }

    private Action<TRow> Create(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        Type type = RowMember.ValueType(member);
        if (type == typeof(string))
            return TextSetter(row, column, member);
        if (type == typeof(string[]))
            return TextArraySetter(row, column, member);
        if (type.IsArray)
            return Generic.Invoke<Action<TRow>>(ArraySetter<int>, type.GetElementType()!, row, column, member);
        if (column.Type is VectorDataViewType vector)
            return Generic.Invoke<Action<TRow>>(VectorSetter<int>, vector.ItemType.RawType, row, column, member);
        return Generic.Invoke<Action<TRow>>(Setter<int>, type, row, column, member);
    }

    private Action<TRow> Setter<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Action<TRow, T> write = MemberAccess.Writer<TRow, T>(member);
        T value = default!;
        return target =>
        {
            getter(ref value);
            write(target, value);
        };
    }

    private Action<TRow> TextSetter(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        Action<TRow, string> write = MemberAccess.Writer<TRow, string>(member);
        ReadOnlyMemory<char> value = default;
        return target =>
        {
            getter(ref value);
            write(target, value.ToString());
        };
    }

    private Action<TRow> TextArraySetter(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        Func<TRow, string[]?>? read = RowMember.IsReadable(member) ? MemberAccess.Reader<TRow, string[]?>(member) : null;
        Action<TRow, string[]> write = MemberAccess.Writer<TRow, string[]>(member);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            getter(ref value);
            string[] texts = Sized(read?.Invoke(target), value.Length);
            int i = 0;
            foreach (ReadOnlyMemory<char> text in value.DenseValues())
                texts[i++] = text.ToString();
            write(target, texts);
        };
    }

    private Action<TRow> ArraySetter<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, T[]?>? read = RowMember.IsReadable(member) ? MemberAccess.Reader<TRow, T[]?>(member) : null;
        Action<TRow, T[]> write = MemberAccess.Writer<TRow, T[]>(member);
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            T[] items = Sized(read?.Invoke(target), value.Length);
            value.CopyTo(items);
            write(target, items);
        };
    }

    private Action<TRow> VectorSetter<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, VBuffer<T>>? read = RowMember.IsReadable(member) ? MemberAccess.Reader<TRow, VBuffer<T>>(member) : null;
        Action<TRow, VBuffer<T>> write = MemberAccess.Writer<TRow, VBuffer<T>>(member);
        return target =>
        {
            VBuffer<T> value = read is null ? default : read(target);
            getter(ref value);
            write(target, value);
        };
    }

    // The object's own array is refilled where its length fits: reusing a row object then allocates nothing.
    private static T[] Sized<T>(T[]? old, int length) => old?.Length == length ? old : length == 0 ? [] : new T[length];
}
