namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>What a transformer saves of itself; it is read as what it may be: any bytes at all.</summary>
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

    public static void WriteTexts(BinaryWriter writer, IReadOnlyCollection<string> texts)
    {
        writer.Write(texts.Count);
        foreach (string text in texts)
            writer.Write(text);
    }

    public static string[] ReadTexts(BinaryReader reader)
    {
        string[] texts = new string[ReadCount(reader, bytesPerItem: 1)];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = reader.ReadString();
        return texts;
    }

    public static void WriteOptional(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
            writer.Write(text);
    }

    public static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <exception cref="FormatException">It doesn't hold.</exception>
    public static void Require(bool holds)
    {
        if (!holds)
            throw Damaged(null);
    }

    private static FormatException Damaged(Exception? cause) =>
        new("The model file is damaged: a KappaTune transformer in it can't be read. Save the model again.", cause);
}
