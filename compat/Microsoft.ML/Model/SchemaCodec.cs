using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes and reads schemas with their annotations. Columns and annotations of types of someone else's are left out.</summary>
internal static class SchemaCodec
{
    // "MLSCHEMA", then a version.
    private const ulong Magic = 0x41_4D_45_48_43_53_4C_4D;
    private const uint Version = 1;

    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(Magic);
        writer.Write(Version);
        DataViewSchema.Column[] columns = schema.Where(column => TypeCodec.IsSaveable(column.Type)).ToArray();
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            WriteAnnotations(writer, column.Annotations);
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        try
        {
            if (reader.ReadUInt64() != Magic)
                throw ModelLimits.Corrupt();
            if (reader.ReadUInt32() > Version)
                throw Contracts.ExceptDecode("The model's schema was written by a newer version.");
            var builder = new DataViewSchema.Builder();
            int count = ModelLimits.ReadCount(reader, bytesPerItem: 4);
            for (int i = 0; i < count; i++)
                builder.AddColumn(reader.ReadString(), TypeCodec.Read(reader), ReadAnnotations(reader));
            return builder.ToSchema();
        }
        catch (Exception error) when (error is IOException or ArgumentException or OverflowException)
        {
            throw ModelLimits.Corrupt(error);
        }
    }

    /// <summary>Writes the annotations of a column.</summary>
    public static void WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        DataViewSchema.Column[] kinds = annotations.Schema.Where(kind => TypeCodec.IsSaveable(kind.Type)).ToArray();
        writer.Write(kinds.Length);
        foreach (DataViewSchema.Column kind in kinds)
        {
            writer.Write(kind.Name);
            TypeCodec.Write(writer, kind.Type);
            Generic.Invoke<object?>(kind.Type is VectorDataViewType ? WriteVector<int> : WriteScalar<int>,
                kind.Type.GetItemType().RawType, writer, annotations, kind);
        }
    }

    /// <summary>Reads annotations that <see cref="WriteAnnotations"/> wrote.</summary>
    public static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        int count = ModelLimits.ReadCount(reader, bytesPerItem: 4);
        if (count == 0)
            return DataViewSchema.Annotations.Empty;
        var builder = new DataViewSchema.Annotations.Builder();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            DataViewType type = TypeCodec.Read(reader);
            builder.Add(name, type, Generic.Invoke<Delegate>(type is VectorDataViewType ? ReadVector<int> : ReadScalar<int>,
                type.GetItemType().RawType, reader, type));
        }

        return builder.ToAnnotations();
    }

    private static object? WriteScalar<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default!;
        annotations.GetValue(kind.Name, ref value);
        ValueCodec<T>.Instance!.Write(writer, value);
        return null;
    }

    private static object? WriteVector<T>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        VBuffer<T> value = default;
        annotations.GetValue(kind.Name, ref value);
        ValueCodec<T>.Instance!.WriteVector(writer, value);
        return null;
    }

    private static ValueGetter<T> ReadScalar<T>(BinaryReader reader, DataViewType type)
    {
        T value = ValueCodec<T>.Instance!.Read(reader);
        return (ref T destination) => destination = value;
    }

    private static ValueGetter<VBuffer<T>> ReadVector<T>(BinaryReader reader, DataViewType type)
    {
        VBuffer<T> value = ValueCodec<T>.Instance!.ReadVector(reader);
        if (type is VectorDataViewType { IsKnownSize: true } vector && vector.Size != value.Length)
            throw ModelLimits.Corrupt();
        return (ref VBuffer<T> destination) => value.CopyTo(ref destination);
    }
}
