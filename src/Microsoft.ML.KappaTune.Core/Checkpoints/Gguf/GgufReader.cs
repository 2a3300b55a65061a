using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Reads a GGUF file's header from front to back. Nothing is allocated before the file is known to hold it.</summary>
internal ref struct GgufReader(MappedFile map)
{
    public const string Damaged = "The file is damaged, incomplete or not written by a GGUF writer: download or save it again.";

    private const int LongestText = 1 << 30, DeepestArray = 8;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long Position { get; private set; }

    public readonly long Left => map.Length - Position;

    public uint UInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, field));

    public ulong UInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>A count of things that take at least so many bytes each in the rest of the file.</summary>
    public int Count(string field, int leastBytes)
    {
        ulong count = UInt64(field);
        if (count > (ulong)(Left / leastBytes) || count > int.MaxValue)
            throw Error(field, $"it is {count}, more than the rest of the file can hold");
        return (int)count;
    }

    public string Text(string field)
    {
        int length = Count(field, 1);
        if (length > LongestText)
            throw Error(field, $"a text of {length} bytes is longer than {LongestText}");
        try
        {
            return Utf8.GetString(Take(length, field));
        }
        catch (DecoderFallbackException e)
        {
            throw new CheckpointFormatException(map.Path, "the text isn't UTF-8", Damaged, field: field, innerException: e);
        }
    }

    /// <summary>A value of the metadata: a number, a bool, a string, or an array of one of them.</summary>
    public object Value(string field) => Value(UInt32(field), field, 0);

    public readonly CheckpointFormatException Error(string field, string reason, string? tensor = null) =>
        new(map.Path, reason, Damaged, tensor, field);

    private object Value(uint type, string field, int depth) => type switch
    {
        0 => Take(1, field)[0],
        1 => (sbyte)Take(1, field)[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, field)),
        3 => BinaryPrimitives.ReadInt16LittleEndian(Take(2, field)),
        4 => UInt32(field),
        5 => BinaryPrimitives.ReadInt32LittleEndian(Take(4, field)),
        6 => BinaryPrimitives.ReadSingleLittleEndian(Take(4, field)),
        7 => Bool(field),
        8 => Text(field),
        9 => Array(field, depth),
        10 => UInt64(field),
        11 => BinaryPrimitives.ReadInt64LittleEndian(Take(8, field)),
        12 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8, field)),
        _ => throw Error(field, $"there is no type {type} of values"),
    };

    private bool Bool(string field) => Take(1, field)[0] switch
    {
        0 => false,
        1 => true,
        byte other => throw Error(field, $"a bool is 0 or 1, not {other}"),
    };

    private object Array(string field, int depth)
    {
        if (depth == DeepestArray)
            throw Error(field, $"arrays lie deeper than {DeepestArray} in each other");
        uint type = UInt32(field);
        int count = Count(field, LeastBytes(type));
        return type switch
        {
            0 => Items<byte>(type, count, field, depth),
            1 => Items<sbyte>(type, count, field, depth),
            2 => Items<ushort>(type, count, field, depth),
            3 => Items<short>(type, count, field, depth),
            4 => Items<uint>(type, count, field, depth),
            5 => Items<int>(type, count, field, depth),
            6 => Items<float>(type, count, field, depth),
            7 => Items<bool>(type, count, field, depth),
            8 => Items<string>(type, count, field, depth),
            9 => Items<object>(type, count, field, depth),
            10 => Items<ulong>(type, count, field, depth),
            11 => Items<long>(type, count, field, depth),
            12 => Items<double>(type, count, field, depth),
            _ => throw Error(field, $"there is no type {type} of values"),
        };
    }

    private T[] Items<T>(uint type, int count, string field, int depth)
    {
        var items = new T[count];
        for (int i = 0; i < count; i++)
            items[i] = (T)Value(type, field, depth + 1);
        return items;
    }

    private static int LeastBytes(uint type) => type switch
    {
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        8 or 10 or 11 or 12 => 8,
        9 => 12,
        _ => 1,
    };

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        if (count > Left)
            throw Error(field, $"the file ends at {map.Length} bytes, within it");
        ReadOnlySpan<byte> bytes = map.Bytes(Position, count);
        Position += count;
        return bytes;
    }
}
