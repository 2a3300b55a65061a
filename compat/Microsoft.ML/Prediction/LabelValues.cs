namespace Microsoft.ML.Data;

/// <summary>What the keys of a label stand for, kept by a model after training: how many, and their values where they have some.</summary>
internal sealed class LabelValues
{
    private readonly PrimitiveDataViewType? _type;
    private readonly object[] _values;

    private LabelValues(int count, PrimitiveDataViewType? type, object[] values)
    {
        Count = count;
        _type = type;
        _values = values;
    }

    public int Count { get; }

    public static LabelValues From(DataViewSchema.Column label)
    {
        int count = (int)label.Type.GetKeyCount();
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is not { Type: VectorDataViewType vector } column
            || vector.Size != count || vector.ItemType is KeyDataViewType)
            return new LabelValues(count, null, []);
        object[] values = Generic.Invoke<object[]>(Boxed<int>, vector.ItemType.RawType, label.Annotations, column);
        return new LabelValues(count, vector.ItemType, values);
    }

    /// <summary>Adds the values as an annotation of that kind, where there are any.</summary>
    public void AddTo(DataViewSchema.Annotations.Builder builder, string kind)
    {
        if (_type is not null)
            Generic.Invoke<object?>(AddTyped<int>, _type.RawType, this, builder, kind);
    }

    /// <summary>Adds the values as names of slots, where they are text.</summary>
    public void AddSlotNamesTo(DataViewSchema.Annotations.Builder builder)
    {
        if (_type is not TextDataViewType)
            return;
        var slots = new VBuffer<ReadOnlyMemory<char>>(Count, Array.ConvertAll(_values, value => (ReadOnlyMemory<char>)value));
        builder.AddSlotNames(Count, (ref VBuffer<ReadOnlyMemory<char>> destination) => slots.CopyTo(ref destination));
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        DataKind kind = default;
        bool known = _type is not null && DataViewTypes.TryGetKind(_type.RawType, out kind);
        writer.Write(known ? (byte)kind : (byte)0);
        if (!known)
            return;
        foreach (object value in _values)
            LabelValueFormat.Write(writer, value);
    }

    public static LabelValues Load(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        var kind = (DataKind)reader.ReadByte();
        if (count <= 0 || (kind != 0 && (!Enum.IsDefined(kind) || count > reader.BaseStream.Length)))
            throw ModelLimits.Corrupt();
        if (kind == 0)
            return new LabelValues(count, null, []);
        var values = new object[count];
        for (int i = 0; i < count; i++)
            values[i] = LabelValueFormat.Read(reader, kind);
        return new LabelValues(count, DataViewTypes.FromKind(kind), values);
    }

    private static object[] Boxed<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        annotations.GetGetter<VBuffer<T>>(column)(ref values);
        return [.. values.DenseValues().Select(value => (object)value!)];
    }

    private static object? AddTyped<T>(LabelValues labels, DataViewSchema.Annotations.Builder builder, string kind)
    {
        var values = new VBuffer<T>(labels.Count, Array.ConvertAll(labels._values, value => (T)value));
        builder.Add(kind, new VectorDataViewType(labels._type!, labels.Count), (ref VBuffer<T> destination) => values.CopyTo(ref destination));
        return null;
    }
}
