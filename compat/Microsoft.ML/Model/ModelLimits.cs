namespace Microsoft.ML;

/// <summary>Reads counts from a model file, which may lie: nothing is allocated that the file has no bytes for.</summary>
internal static class ModelLimits
{
    /// <summary>How deep models may be nested in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>Reads the number of items that follow, each of at least <paramref name="bytesPerItem"/> bytes.</summary>
    public static int ReadCount(BinaryReader reader, int bytesPerItem)
    {
        int count = reader.ReadInt32();
        if (count < 0 || (long)count * bytesPerItem > reader.BaseStream.Length - reader.BaseStream.Position)
            throw Corrupt();
        return count;
    }

    public static Exception Corrupt(Exception? inner = null) => Contracts.ExceptDecode(inner, "Corrupt model file");
}
