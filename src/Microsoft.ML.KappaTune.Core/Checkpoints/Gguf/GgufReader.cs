using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Reads a GGUF file's header from front to back. Nothing is allocated before the file is known to hold it.</summary>
internal ref struct GgufReader(MappedFile map)
{
    public const string Damaged = "The file is damaged, incomplete or not written by a GGUF writer: download or save it again.";

    private const int LongestText = 1 << 30, DeepestArray = 8;

    // By their numbers in files.
    private static readonly ValueKind[] Kinds =
    [
        ValueKind.Of(1, (ref reader, field, _) => reader.Take(1, field)[0]),
        ValueKind.Of(1, (ref reader, field, _) => (sbyte)reader.Take(1, field)[0]),
        ValueKind.Of(2, (ref reader, field, _) => BinaryPrimitives.ReadUInt16LittleEndian(reader.Take(2, field))),
        ValueKind.Of(2, (ref reader, field, _) => BinaryPrimitives.ReadInt16LittleEndian(reader.Take(2, field))),
        ValueKind.Of(4, (ref reader, field, _) => reader.UInt32(field)),
        ValueKind.Of(4, (ref reader, field, _) => BinaryPrimitives.ReadInt32LittleEndian(reader.Take(4, field))),
        ValueKind.Of(4, (ref reader, field, _) => BinaryPrimitives.ReadSingleLittleEndian(reader.Take(4, field))),
        ValueKind.Of(1, (ref reader, field, _) => reader.Bool(field)),
        ValueKind.Of(8, (ref reader, field, _) => reader.Text(field)),
        ValueKind.Of(12, (ref reader, field, depth) => reader.Array(field, depth)),
        ValueKind.Of(8, (ref reader, field, _) => reader.UInt64(field)),
        ValueKind.Of(8, (ref reader, field, _) => BinaryPrimitives.ReadInt64LittleEndian(reader.Take(8, field))),
        ValueKind.Of(8, (ref reader, field, _) => BinaryPrimitives.ReadDoubleLittleEndian(reader.Take(8, field))),
    ];

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

    private object Value(uint type, string field, int depth) => KindOf(type, field).One(ref this, field, depth);

    private readonly ValueKind KindOf(uint type, string field) =>
        type < Kinds.Length ? Kinds[type] : throw Error(field, $"there is no type {type} of values");

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
        ValueKind kind = KindOf(UInt32(field), field);
        return kind.Several(ref this, Count(field, kind.LeastBytes), field, depth + 1);
    }

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        if (count > Left)
            throw Error(field, $"the file ends at {map.Length} bytes, within it");
        ReadOnlySpan<byte> bytes = map.Bytes(Position, count);
        Position += count;
        return bytes;
    }

    private delegate T Read<out T>(ref GgufReader reader, string field, int depth);

    private delegate object ReadSeveral(ref GgufReader reader, int count, string field, int depth);

    /// <summary>A type of values.</summary>
    /// <param name="LeastBytes">What one takes at least.</param>
    /// <param name="One">Reads one.</param>
    /// <param name="Several">Reads an array of so many.</param>
    private sealed record ValueKind(int LeastBytes, Read<object> One, ReadSeveral Several)
    {
        public static ValueKind Of<T>(int leastBytes, Read<T> read) where T : notnull => new(
            leastBytes, (ref reader, field, depth) => read(ref reader, field, depth), (ref reader, count, field, depth) =>
            {
                var items = new T[count];
                for (int i = 0; i < count; i++)
                    items[i] = read(ref reader, field, depth);
                return items;
            });
    }
}
