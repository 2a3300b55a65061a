using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The values of a key column's annotation, looked up by key.</summary>
internal abstract class KeyValueTable
{
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>The table of a column; InvalidOperationException where it is no key column, or its keys have no values.</summary>
    public static KeyValueTable Create(DataViewSchema.Column column)
    {
        if (column.Type.GetItemType() is not KeyDataViewType key
            || column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is not { Type: VectorDataViewType values }
            || (ulong)values.Size != key.Count)
            throw Contracts.Except("Metadata KeyValues does not exist");
        return Generic.Invoke<KeyValueTable>(CreateTyped<byte, int>, [key.RawType, values.ItemType.RawType], column, values.ItemType);
    }

    /// <summary>A getter of values over the key column.</summary>
    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column);

    private static KeyValueTable CreateTyped<TKey, TValue>(DataViewSchema.Column column, PrimitiveDataViewType itemType)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        VBuffer<TValue> values = default;
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref values);
        return new Typed<TKey, TValue>(itemType, values.DenseValues().ToArray());
    }

    private sealed class Typed<TKey, TValue>(PrimitiveDataViewType itemType, TValue[] values) : KeyValueTable
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        private readonly TValue _missing = ItemKind<TValue>.Of(itemType).Missing;

        public override PrimitiveDataViewType ItemType => itemType;

        public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
        {
            if (column.Type is VectorDataViewType)
                return CreateVectorGetter(row.GetGetter<VBuffer<TKey>>(column));
            ValueGetter<TKey> getter = row.GetGetter<TKey>(column);
            return (ValueGetter<TValue>)Get;

            void Get(ref TValue value)
            {
                TKey key = default;
                getter(ref key);
                value = ValueOf(key);
            }
        }

        private ValueGetter<VBuffer<TValue>> CreateVectorGetter(ValueGetter<VBuffer<TKey>> getter)
        {
            // A slot that a sparse vector leaves out has key 0: it stays left out only where the missing value is the default one.
            bool keepsSparse = EqualityComparer<TValue>.Default.Equals(_missing, default);
            VBuffer<TKey> keys = default, dense = default;
            return Get;

            void Get(ref VBuffer<TValue> destination)
            {
                getter(ref keys);
                if (keys.IsDense || keepsSparse)
                {
                    Map(keys, ref destination);
                    return;
                }

                keys.CopyToDense(ref dense);
                Map(dense, ref destination);
            }
        }

        private void Map(in VBuffer<TKey> keys, ref VBuffer<TValue> destination)
        {
            ReadOnlySpan<TKey> source = keys.GetValues();
            VBufferEditor<TValue> editor = VBufferEditor.Create(ref destination, keys.Length, source.Length);
            for (int i = 0; i < source.Length; i++)
                editor.Values[i] = ValueOf(source[i]);
            if (!keys.IsDense)
                keys.GetIndices().CopyTo(editor.Indices);
            destination = editor.Commit();
        }

        private TValue ValueOf(TKey key)
        {
            // Key 0 wraps around to the greatest index, which no table has.
            ulong index = ulong.CreateTruncating(key) - 1;
            return index < (ulong)values.Length ? values[index] : _missing;
        }
    }
}
