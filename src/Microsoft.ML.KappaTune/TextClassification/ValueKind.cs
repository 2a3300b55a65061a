using System.Globalization;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>A type that the values of a label can have: how they are read from annotations, saved and named.</summary>
internal abstract class ValueKind(PrimitiveDataViewType type)
{
    /// <summary>The kinds, each with its code in saved models: its place here.</summary>
    public static IReadOnlyList<ValueKind> All { get; } =
    [
        new ValueKind<ReadOnlyMemory<char>>(
            TextDataViewType.Instance, (writer, value) => writer.Write(value.ToString()), reader => reader.ReadString().AsMemory()),
        new ValueKind<bool>(BooleanDataViewType.Instance, (writer, value) => writer.Write(value), reader => reader.ReadByte() != 0),
        new ValueKind<sbyte>(NumberDataViewType.SByte, (writer, value) => writer.Write(value), reader => reader.ReadSByte()),
        new ValueKind<byte>(NumberDataViewType.Byte, (writer, value) => writer.Write(value), reader => reader.ReadByte()),
        new ValueKind<short>(NumberDataViewType.Int16, (writer, value) => writer.Write(value), reader => reader.ReadInt16()),
        new ValueKind<ushort>(NumberDataViewType.UInt16, (writer, value) => writer.Write(value), reader => reader.ReadUInt16()),
        new ValueKind<int>(NumberDataViewType.Int32, (writer, value) => writer.Write(value), reader => reader.ReadInt32()),
        new ValueKind<uint>(NumberDataViewType.UInt32, (writer, value) => writer.Write(value), reader => reader.ReadUInt32()),
        new ValueKind<long>(NumberDataViewType.Int64, (writer, value) => writer.Write(value), reader => reader.ReadInt64()),
        new ValueKind<ulong>(NumberDataViewType.UInt64, (writer, value) => writer.Write(value), reader => reader.ReadUInt64()),
        new ValueKind<float>(NumberDataViewType.Single, (writer, value) => writer.Write(value), reader => reader.ReadSingle()),
        new ValueKind<double>(NumberDataViewType.Double, (writer, value) => writer.Write(value), reader => reader.ReadDouble()),
    ];

    public PrimitiveDataViewType Type => type;

    /// <summary>The kind of a type; null where values of it can't be saved.</summary>
    public static ValueKind? Find(DataViewType type) => All.FirstOrDefault(kind => kind.Type.Equals(type));

    /// <summary>The values of an annotation that is a vector of this kind.</summary>
    public abstract Array Read(DataViewSchema.Annotations annotations, string annotation);

    public abstract Array Read(BinaryReader reader, int count);

    public abstract void Write(BinaryWriter writer, Array values);

    /// <summary>The values in words, the same in every culture.</summary>
    public abstract string[] Names(Array values);

    public abstract bool AreEqual(Array values, Array others);

    /// <summary>Adds an annotation with these values.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder, string annotation, Array values);
}

/// <inheritdoc/>
internal sealed class ValueKind<T>(PrimitiveDataViewType type, Action<BinaryWriter, T> write, Func<BinaryReader, T> read) : ValueKind(type)
{
    public override Array Read(DataViewSchema.Annotations annotations, string annotation)
    {
        VBuffer<T> values = default;
        annotations.GetValue(annotation, ref values);
        return values.DenseValues().ToArray();
    }

    public override Array Read(BinaryReader reader, int count)
    {
        // Grows with what is there, whatever count claims.
        var values = new List<T>();
        for (int i = 0; i < count; i++)
            values.Add(read(reader));
        return values.ToArray();
    }

    public override void Write(BinaryWriter writer, Array values)
    {
        foreach (T value in (T[])values)
            write(writer, value);
    }

    public override string[] Names(Array values) =>
        Array.ConvertAll((T[])values, value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    public override bool AreEqual(Array values, Array others) =>
        others is T[] && values.Length == others.Length && Names(values).SequenceEqual(Names(others), StringComparer.Ordinal);

    public override void AddTo(DataViewSchema.Annotations.Builder builder, string annotation, Array values)
    {
        var vector = new VBuffer<T>(values.Length, (T[])values);
        builder.Add(
            annotation, new VectorDataViewType(Type, values.Length), (ref VBuffer<T> destination) => vector.CopyTo(ref destination));
    }
}
