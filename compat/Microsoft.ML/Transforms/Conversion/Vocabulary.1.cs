using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <inheritdoc cref="Vocabulary"/>
internal sealed class Vocabulary<T> : Vocabulary where T : notnull
{
    private readonly ItemKind<T> _kind;
    private readonly T[] _values;
    private readonly Dictionary<T, uint> _keys;

    public Vocabulary(PrimitiveDataViewType itemType, T[] values)
    {
        ItemType = itemType;
        _kind = ItemKind<T>.Of(itemType);
        _values = values;
        _keys = new Dictionary<T, uint>(values.Length, _kind.Equality);
        for (int i = 0; i < values.Length; i++)
            _keys.TryAdd(values[i], (uint)i + 1);
    }

    public override PrimitiveDataViewType ItemType { get; }

    public override int Count => _values.Length;

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return CreateVectorGetter(row.GetGetter<VBuffer<T>>(column));
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return (ValueGetter<uint>)Get;

        void Get(ref uint key)
        {
            getter(ref value);
            key = KeyOf(value);
        }
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText)
    {
        if (Count == 0)
            return;
        if (asText && ItemType is not TextDataViewType)
        {
            ReadOnlyMemory<char>[] texts = Array.ConvertAll(_values, value => _kind.Format(value).AsMemory());
            annotations.AddKeyValues(Count, TextDataViewType.Instance, Getter(texts));
        }
        else
        {
            annotations.AddKeyValues(Count, ItemType, Getter(_values));
        }
    }

    public override void WriteText(TextWriter writer)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# Number of terms = {Count}"));
        for (int i = 0; i < _values.Length; i++)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i}\t{_kind.Format(_values[i])}"));
    }

    protected override void SaveValues(BinaryWriter writer)
    {
        writer.Write(Count);
        foreach (T value in _values)
            ValueCodec<T>.Instance!.Write(writer, value);
    }

    private static ValueGetter<VBuffer<TItem>> Getter<TItem>(TItem[] values) =>
        (ref VBuffer<TItem> destination) => VBuffer<TItem>.Copy(values, 0, ref destination, values.Length);

    private uint KeyOf(T value) => _kind.IsMissing(value) ? 0 : _keys.GetValueOrDefault(value);

    private ValueGetter<VBuffer<uint>> CreateVectorGetter(ValueGetter<VBuffer<T>> getter)
    {
        // A sparse vector stays sparse only where the values left out have no key either.
        bool keepsSparse = KeyOf(default!) == 0;
        VBuffer<T> source = default, dense = default;
        return Get;

        void Get(ref VBuffer<uint> destination)
        {
            getter(ref source);
            if (source.IsDense || keepsSparse)
            {
                Map(source, ref destination);
                return;
            }

            source.CopyToDense(ref dense);
            Map(dense, ref destination);
        }
    }

    private void Map(in VBuffer<T> source, ref VBuffer<uint> destination)
    {
        ReadOnlySpan<T> values = source.GetValues();
        VBufferEditor<uint> editor = VBufferEditor.Create(ref destination, source.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            editor.Values[i] = KeyOf(values[i]);
        if (!source.IsDense)
            source.GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }
}
