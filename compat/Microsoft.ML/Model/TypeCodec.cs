using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes and reads column types: those whose values are standard, keys, and vectors of either.</summary>
internal static class TypeCodec
{
    private const byte Plain = 0, Key = 1, Vector = 2;

    private static readonly PrimitiveDataViewType[] Primitives =
    [
        .. Enum.GetValues<DataKind>().Order().Select(DataViewTypes.FromKind), RowIdDataViewType.Instance,
    ];

    public static bool IsSaveable(DataViewType type) => type.GetItemType() is KeyDataViewType || Array.IndexOf(Primitives, type.GetItemType()) >= 0;

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(Vector);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                Write(writer, vector.ItemType);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                writer.Write((byte)Array.FindIndex(Primitives, primitive => primitive.RawType == key.RawType));
                writer.Write(key.Count);
                break;
            default:
                writer.Write(Plain);
                writer.Write((byte)Array.IndexOf(Primitives, type));
                break;
        }
    }

    public static DataViewType Read(BinaryReader reader)
    {
        byte tag = reader.ReadByte();
        if (tag != Vector)
            return ReadPrimitive(reader, tag);
        int[] dimensions = new int[ModelLimits.ReadCount(reader, sizeof(int))];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        return new VectorDataViewType(ReadPrimitive(reader, reader.ReadByte()), dimensions);
    }

    private static PrimitiveDataViewType ReadPrimitive(BinaryReader reader, byte tag)
    {
        byte index = reader.ReadByte();
        if (tag > Key || index >= Primitives.Length)
            throw ModelLimits.Corrupt();
        return tag == Key ? new KeyDataViewType(Primitives[index].RawType, reader.ReadUInt64()) : Primitives[index];
    }
}
