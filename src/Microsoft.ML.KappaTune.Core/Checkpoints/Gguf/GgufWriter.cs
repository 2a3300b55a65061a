using System.Buffers;
using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A tensor to write, and a callback that streams its bytes, exactly as many as shape and type need.</summary>
/// <param name="Shape">Outermost dimension first, as everywhere but in the file.</param>
internal sealed record GgufSource(string Name, GgufType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    public long ByteLength => Shape.Aggregate(1L, (product, dimension) => product * dimension) / Type.BlockValues * Type.BlockBytes;
}

/// <summary>Writes GGUF files, of version 3, in the order that is given.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;

    /// <summary>Streams the tensors into a new file, which replaces <paramref name="path"/> only when it is complete.</summary>
    /// <param name="metadata">Numbers, bools, strings and arrays of them.</param>
    /// <exception cref="InvalidOperationException">A tensor's callback wrote fewer or more bytes than its shape and type need.</exception>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, object>> metadata, IReadOnlyList<GgufSource> tensors)
    {
        byte[] header = Header(metadata, tensors);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (GgufSource tensor in tensors)
            {
                long begin = stream.Position;
                tensor.Write(stream);
                if (stream.Position - begin != tensor.ByteLength)
                {
                    throw new InvalidOperationException(
                        $"The tensor \"{tensor.Name}\" wrote {stream.Position - begin} bytes instead of {tensor.ByteLength}.");
                }

                stream.Write(new byte[Padding(tensor.ByteLength)]);
            }
        });
    }

    private static int Padding(long length) => (int)(-length & (Alignment - 1));

    private static byte[] Header(IReadOnlyList<KeyValuePair<string, object>> metadata, IReadOnlyList<GgufSource> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        const uint Version = 3;
        bytes.Write("GGUF"u8);
        UInt32(bytes, Version);
        UInt64(bytes, (ulong)tensors.Count);
        UInt64(bytes, (ulong)metadata.Count);
        foreach ((string key, object value) in metadata)
        {
            Text(bytes, key);
            UInt32(bytes, TypeOf(value.GetType()));
            Value(bytes, value);
        }

        ulong offset = 0;
        foreach (GgufSource tensor in tensors)
        {
            Text(bytes, tensor.Name);
            UInt32(bytes, (uint)tensor.Shape.Count);
            foreach (long dimension in tensor.Shape.Reverse())
                UInt64(bytes, (ulong)dimension);
            UInt32(bytes, tensor.Type.Number);
            UInt64(bytes, offset);
            offset += (ulong)(tensor.ByteLength + Padding(tensor.ByteLength));
        }

        bytes.Write(new byte[Padding(bytes.WrittenCount)]);
        return bytes.WrittenSpan.ToArray();
    }

    private static uint TypeOf(Type type) =>
        type == typeof(uint) ? 4u
        : type == typeof(int) ? 5u
        : type == typeof(float) ? 6u
        : type == typeof(bool) ? 7u
        : type == typeof(string) ? 8u
        : type.IsArray ? 9u
        : throw new ArgumentException($"No value of type {type.Name} is written.", nameof(type));

    private static void Value(IBufferWriter<byte> bytes, object value)
    {
        switch (value)
        {
            case uint number: UInt32(bytes, number); break;
            case int number: UInt32(bytes, (uint)number); break;
            case float number: UInt32(bytes, BitConverter.SingleToUInt32Bits(number)); break;
            case bool flag: bytes.Write([flag ? (byte)1 : (byte)0]); break;
            case string text: Text(bytes, text); break;
            case Array array:
                UInt32(bytes, TypeOf(array.GetType().GetElementType()!));
                UInt64(bytes, (ulong)array.Length);
                foreach (object item in array)
                    Value(bytes, item);
                break;
        }
    }

    private static void Text(IBufferWriter<byte> bytes, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        UInt64(bytes, (ulong)utf8.Length);
        bytes.Write(utf8);
    }

    private static void UInt32(IBufferWriter<byte> bytes, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(sizeof(uint)), value);
        bytes.Advance(sizeof(uint));
    }

    private static void UInt64(IBufferWriter<byte> bytes, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.GetSpan(sizeof(ulong)), value);
        bytes.Advance(sizeof(ulong));
    }
}
