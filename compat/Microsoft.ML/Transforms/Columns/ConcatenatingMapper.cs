using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Joins the values of columns of one item type into one vector a row.</summary>
internal sealed class ConcatenatingMapper(string outputColumnName, DataViewSchema.Column[] inputs) : IRowMapper
{
    private readonly PrimitiveDataViewType _itemType = (PrimitiveDataViewType)inputs[0].Type.GetItemType();

    public DataViewSchema.DetachedColumn[] GetOutputColumns()
    {
        bool varies = inputs.Any(input => input.Type is VectorDataViewType { IsKnownSize: false });
        int size = varies ? 0 : inputs.Sum(input => input.Type.GetValueCount());
        var annotations = new DataViewSchema.Annotations.Builder();
        if (inputs is [{ Type: VectorDataViewType } single])
        {
            annotations.Add(single.Annotations, kind => kind is AnnotationUtils.Kinds.SlotNames or AnnotationUtils.Kinds.IsNormalized);
            return [new DataViewSchema.DetachedColumn(outputColumnName, single.Type, annotations.ToAnnotations())];
        }

        if (!varies && inputs.Any(input => input.Type is not VectorDataViewType || input.HasSlotNames()))
            annotations.AddSlotNames(size, GetSlotNames);
        if (inputs.All(input => input.IsNormalized()))
            annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        return [new DataViewSchema.DetachedColumn(outputColumnName, new VectorDataViewType(_itemType, size), annotations.ToAnnotations())];
    }

    public bool DependsOn(int output, int input) => inputs.Any(column => column.Index == input);

    public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive, out Action? disposer)
    {
        disposer = null;
        return [isActive(0) ? Generic.Invoke<Delegate>(CreateGetter<int>, _itemType.RawType, input) : null];
    }

    private ValueGetter<VBuffer<T>> CreateGetter<T>(DataViewRow row)
    {
        ValueGetter<VBuffer<T>>[] getters = Array.ConvertAll(inputs, column => PartGetter<T>(row, column));
        var parts = new VBuffer<T>[getters.Length];
        return Get;

        void Get(ref VBuffer<T> destination)
        {
            for (int i = 0; i < getters.Length; i++)
                getters[i](ref parts[i]);
            Join(parts, ref destination);
        }
    }

    private static ValueGetter<VBuffer<T>> PartGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(column);
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return (ref VBuffer<T> destination) =>
        {
            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, 1);
            getter(ref editor.Values[0]);
            destination = editor.Commit();
        };
    }

    private static void Join<T>(VBuffer<T>[] parts, ref VBuffer<T> destination)
    {
        int length = 0, count = 0;
        foreach (ref readonly VBuffer<T> part in parts.AsSpan())
        {
            length = checked(length + part.Length);
            count += part.GetValues().Length;
        }

        // Sparse only where at least half of the slots are left out: an index costs as much as most values.
        bool sparse = count <= length / 2;
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, sparse ? count : length);
        int start = 0, at = 0;
        foreach (ref readonly VBuffer<T> part in parts.AsSpan())
        {
            if (sparse)
            {
                part.GetValues().CopyTo(editor.Values[at..]);
                for (int i = 0; i < part.GetValues().Length; i++)
                    editor.Indices[at++] = start + (part.IsDense ? i : part.GetIndices()[i]);
            }
            else
            {
                part.CopyTo(editor.Values, start);
            }

            start += part.Length;
        }

        destination = editor.Commit();
    }

    private void GetSlotNames(ref VBuffer<ReadOnlyMemory<char>> destination)
    {
        var names = new List<ReadOnlyMemory<char>>();
        foreach (DataViewSchema.Column input in inputs)
        {
            if (input.Type is not VectorDataViewType vector)
            {
                names.Add(input.Name.AsMemory());
            }
            else if (input.HasSlotNames())
            {
                VBuffer<ReadOnlyMemory<char>> slots = default;
                input.GetSlotNames(ref slots);
                names.AddRange(slots.DenseValues().Select(slot => slot.Length == 0 ? slot : $"{input.Name}.{slot}".AsMemory()));
            }
            else
            {
                names.AddRange(Enumerable.Repeat(ReadOnlyMemory<char>.Empty, vector.Size));
            }
        }

        VBuffer<ReadOnlyMemory<char>>.Copy([.. names], 0, ref destination, names.Count);
    }
}
