using System.Text;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>Writes a small GGUF file, right or wrong.</summary>
internal sealed class GgufBytes
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;

    public GgufBytes() => _writer = new(_stream, Encoding.UTF8);

    /// <summary>A header, one entry of the metadata, and a Q8_0 tensor [2, 32] of 68 bytes.</summary>
    public static byte[] Small(
        uint magic = 0x46554747, uint version = 3, ulong tensors = 1, ulong entries = 1, uint valueType = 4, uint alignment = 32,
        uint dimensions = 2, ulong columns = 32, ulong rows = 2, uint type = 8, ulong offset = 0, int dataLength = 68)
    {
        var bytes = new GgufBytes();
        bytes._writer.Write(magic);
        bytes._writer.Write(version);
        bytes._writer.Write(tensors);
        bytes._writer.Write(entries);
        bytes.Text("general.alignment");
        bytes._writer.Write(valueType);
        bytes._writer.Write(alignment);
        bytes.Tensor("w", dimensions, columns, rows, type, offset);
        return bytes.WithData(dataLength);
    }

    /// <summary>Two F32 tensors of four values, at these offsets.</summary>
    public static byte[] Two(string second, ulong secondOffset)
    {
        var bytes = new GgufBytes();
        bytes._writer.Write(0x46554747);
        bytes._writer.Write(3);
        bytes._writer.Write(2ul);
        bytes._writer.Write(0ul);
        bytes.Tensor("a", 2, 16, 1, 0, 0);
        bytes.Tensor(second, 2, 16, 1, 0, secondOffset);
        return bytes.WithData(128);
    }

    private void Tensor(string name, uint dimensions, ulong columns, ulong rows, uint type, ulong offset)
    {
        Text(name);
        _writer.Write(dimensions);
        _writer.Write(columns);
        _writer.Write(rows);
        _writer.Write(type);
        _writer.Write(offset);
    }

    private void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _writer.Write((ulong)bytes.Length);
        _writer.Write(bytes);
    }

    private byte[] WithData(int length)
    {
        const int Alignment = 32;
        long start = (_stream.Length + Alignment - 1) / Alignment * Alignment;
        _writer.Write(new byte[start - _stream.Length + length]);
        return _stream.ToArray();
    }
}
