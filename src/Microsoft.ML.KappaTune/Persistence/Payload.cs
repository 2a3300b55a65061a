namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>Reads what a transformer saved of itself as what it may be: any bytes at all.</summary>
internal static class Payload
{
    /// <summary>Runs a reader; an end of the file where there should be more is a damaged file, too, and what can't be unpacked.</summary>
    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw Damaged(e);
        }
    }

    /// <summary>The number of items that follow, which the file must have bytes for: nothing large is allocated for nothing.</summary>
    public static int ReadCount(BinaryReader reader, int bytesPerItem)
    {
        int count = reader.ReadInt32();
        Require(count >= 0 && (long)count * bytesPerItem <= reader.BaseStream.Length - reader.BaseStream.Position);
        return count;
    }

    /// <exception cref="FormatException">It doesn't hold.</exception>
    public static void Require(bool holds)
    {
        if (!holds)
            throw Damaged(null);
    }

    private static FormatException Damaged(Exception? cause) =>
        new("The model file is damaged: a KappaTune transformer in it can't be read. Save the model again.", cause);
}
