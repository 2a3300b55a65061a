using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes and reads single values of one raw type.</summary>
/// <param name="MinBytes">The least bytes that a written value has.</param>
/// <param name="Write">Writes a value.</param>
/// <param name="Read">Reads a value; may throw any exception on bytes that were not written by <paramref name="Write"/>.</param>
internal sealed record ValueCodec<T>(int MinBytes, Action<BinaryWriter, T> Write, Func<BinaryReader, T> Read)
{
    /// <summary>The codec of the type, or null where its values can't be saved.</summary>
    public static ValueCodec<T>? Instance { get; } = ValueCodecs.Find(typeof(T)) as ValueCodec<T>;

    /// <summary>Writes a vector: its length and the values that it holds.</summary>
    public void WriteVector(BinaryWriter writer, in VBuffer<T> vector)
    {
        ReadOnlySpan<T> values = vector.GetValues();
        writer.Write(vector.Length);
        writer.Write(vector.IsDense);
        writer.Write(values.Length);
        if (!vector.IsDense)
        {
            foreach (int index in vector.GetIndices())
                writer.Write(index);
        }

        foreach (T value in values)
            Write(writer, value);
    }

    /// <summary>Reads a vector that <see cref="WriteVector"/> wrote.</summary>
    public VBuffer<T> ReadVector(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        bool dense = reader.ReadBoolean();
        int count = ModelLimits.ReadCount(reader, MinBytes);
        if (count > length || (dense && count != length))
            throw ModelLimits.Corrupt();
        int[]? indices = dense ? null : new int[count];
        for (int i = 0; i < indices?.Length; i++)
        {
            indices[i] = reader.ReadInt32();
            if (indices[i] >= length || indices[i] <= (i == 0 ? -1 : indices[i - 1]))
                throw ModelLimits.Corrupt();
        }

        var values = new T[count];
        for (int i = 0; i < count; i++)
            values[i] = Read(reader);
        return dense ? new VBuffer<T>(length, values) : new VBuffer<T>(length, count, values, indices!);
    }
}
