using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// A file within a model file: its name, and what tells whether it is whole. Its bytes are streamed, however many there are.
/// </summary>
internal sealed record ModelEntry(string Name, long Length, byte[] Checksum)
{
    private const int ChecksumBytes = SHA256.HashSizeInBytes, BufferBytes = 1 << 20;

    // A name, a length and a checksum.
    private const int MinimumBytes = 1 + sizeof(long) + ChecksumBytes;

    /// <summary>Adds a file to a component's part of a model file.</summary>
    public static ModelEntry Save(ModelSaveContext ctx, string name, Action<Stream> write)
    {
        ModelEntry? entry = null;
        ctx.SaveBinaryStream(name, writer =>
        {
            using var stream = new ChecksumStream(writer.BaseStream);
            write(stream);
            entry = new(name, stream.Length, stream.Checksum());
        });
        return entry!;
    }

    /// <summary>Copies it out of the model file into a folder.</summary>
    /// <exception cref="FormatException">It isn't what was saved.</exception>
    public void CopyTo(ModelLoadContext ctx, string folder)
    {
        bool found = Payload.Read(() => ctx.TryLoadBinaryStream(Name, reader =>
        {
            using FileStream file = new(Path.Combine(folder, Name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
            using var target = new ChecksumStream(file);
            byte[] buffer = new byte[BufferBytes];
            int count;
            while ((count = reader.BaseStream.Read(buffer)) > 0)
            {
                Payload.Require(target.Length + count <= Length);
                target.Write(buffer.AsSpan(0, count));
            }

            Payload.Require(target.Length == Length && target.Checksum().AsSpan().SequenceEqual(Checksum));
        }));
        Payload.Require(found);
    }

    public static void SaveList(BinaryWriter writer, IReadOnlyCollection<ModelEntry> entries)
    {
        writer.Write(entries.Count);
        foreach (ModelEntry entry in entries)
        {
            writer.Write(entry.Name);
            writer.Write(entry.Length);
            writer.Write(entry.Checksum);
        }
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static List<ModelEntry> LoadList(BinaryReader reader)
    {
        int count = Payload.ReadCount(reader, MinimumBytes);
        var entries = new List<ModelEntry>(count);
        for (int i = 0; i < count; i++)
        {
            var entry = new ModelEntry(reader.ReadString(), reader.ReadInt64(), reader.ReadBytes(ChecksumBytes));
            Payload.Require(IsFileName(entry.Name) && entry.Length >= 0 && entry.Checksum.Length == ChecksumBytes);
            Payload.Require(entries.TrueForAll(other => !other.Name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase)));
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Whether a name stays within a folder, on any system: letters, digits and a few signs, and no leading dot.</summary>
    public static bool IsFileName(string name) =>
        name.Length is > 0 and <= 128 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
