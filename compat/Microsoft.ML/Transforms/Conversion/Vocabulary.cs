using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The values that keys stand for: key k is the value with index k - 1, key 0 any other value.</summary>
internal abstract class Vocabulary
{
    public abstract PrimitiveDataViewType ItemType { get; }

    public abstract int Count { get; }

    /// <summary>A getter of keys over a column with values, or with vectors of them.</summary>
    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Adds the values as annotation KeyValues.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder annotations, bool asText);

    /// <summary>Writes the values, a line each, for people to read.</summary>
    public abstract void WriteText(TextWriter writer);

    public void Save(BinaryWriter writer)
    {
        TypeCodec.Write(writer, ItemType);
        SaveValues(writer);
    }

    public static Vocabulary Load(BinaryReader reader)
    {
        try
        {
            PrimitiveDataViewType itemType = TypeCodec.Read(reader) as PrimitiveDataViewType ?? throw ModelLimits.Corrupt();
            return Generic.Invoke<Vocabulary>(LoadTyped<int>, itemType.RawType, reader, itemType);
        }
        catch (Exception error) when (error is IOException or ArgumentException or OverflowException)
        {
            throw ModelLimits.Corrupt(error);
        }
    }

    protected abstract void SaveValues(BinaryWriter writer);

    private static Vocabulary LoadTyped<T>(BinaryReader reader, PrimitiveDataViewType itemType) where T : notnull
    {
        ValueCodec<T> codec = ValueCodec<T>.Instance!;
        var values = new T[ModelLimits.ReadCount(reader, codec.MinBytes)];
        for (int i = 0; i < values.Length; i++)
            values[i] = codec.Read(reader);
        return new Vocabulary<T>(itemType, values);
    }
}
