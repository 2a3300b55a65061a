using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>
/// A component's own bytes in a model file, behind their length and their SHA-256: read only when they are what was written.
/// </summary>
internal static class SealedPayload
{
    public static void Write(BinaryWriter writer, Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using (var inner = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true))
            write(inner);
        byte[] bytes = content.ToArray();
        writer.Write(bytes.Length);
        writer.Write(SHA256.HashData(bytes));
        writer.Write(bytes);
    }

    /// <exception cref="FormatException">The model file is damaged.</exception>
    public static T Read<T>(BinaryReader reader, Func<BinaryReader, T> read) => Payload.Read(() =>
    {
        int length = reader.ReadInt32();
        Payload.Require(length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position - SHA256.HashSizeInBytes);
        byte[] checksum = reader.ReadBytes(SHA256.HashSizeInBytes);
        byte[] bytes = reader.ReadBytes(length);
        Payload.Require(SHA256.HashData(bytes).AsSpan().SequenceEqual(checksum));
        using var inner = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        T value = read(inner);
        Payload.Require(inner.BaseStream.Position == bytes.Length);
        return value;
    });
}
