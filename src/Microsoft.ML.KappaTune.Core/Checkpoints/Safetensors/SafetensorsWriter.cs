using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A tensor to write: its description, and a callback that streams its bytes, exactly as many as shape and type need.</summary>
internal sealed record TensorSource(string Name, TensorDataType DataType, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>A tensor of another checkpoint, copied bit by bit.</summary>
    public static TensorSource Copy(TensorView view) => new(view.Name, view.DataType, view.Shape, stream =>
    {
        const int Chunk = 1 << 20;
        for (long offset = 0; offset < view.ByteLength; offset += Chunk)
            stream.Write(view.Bytes(offset, (int)Math.Min(Chunk, view.ByteLength - offset)));
    });
}

/// <summary>
/// Writes safetensors files: the same tensors always give the same bytes. Wide types come first, then names in ordinal order,
/// and the header is padded to 8 bytes, so that every tensor is aligned to its type.
/// </summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Streams the tensors into a new file, which replaces <paramref name="path"/> only when it is complete.</summary>
    /// <exception cref="ArgumentException">Two tensors of one name, a name or a shape that the format can't hold.</exception>
    /// <exception cref="InvalidOperationException">A tensor's callback wrote fewer or more bytes than its shape and type need.</exception>
    public static void Write(string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Checked before anything is written.
        Action<Stream> write = Prepare(tensors, metadata);
        AtomicFile.Write(path, write);
    }

    /// <summary>Streams the tensors to where the stream is.</summary>
    /// <inheritdoc cref="Write(string, IEnumerable{TensorSource}, IReadOnlyDictionary{string, string})"/>
    public static void Write(Stream stream, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Prepare(tensors, metadata)(stream);

    private static Action<Stream> Prepare(IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        TensorSource[] sorted = [.. tensors.OrderByDescending(t => t.DataType.Size()).ThenBy(t => t.Name, StringComparer.Ordinal)];
        if (sorted.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"There are two tensors named \"{twice.Key}\".", nameof(tensors));
        long[] lengths = [.. sorted.Select(CheckedLength)];
        byte[] header = Header(sorted, lengths, metadata);
        return stream =>
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            for (int i = 0; i < sorted.Length; i++)
            {
                long begin = stream.Position;
                sorted[i].Write(stream);
                if (stream.Position - begin != lengths[i])
                {
                    throw new InvalidOperationException(
                        $"The tensor \"{sorted[i].Name}\" wrote {stream.Position - begin} bytes; its shape and type need {lengths[i]}.");
                }
            }
        };
    }

    private static long CheckedLength(TensorSource tensor)
    {
        if (tensor.Name == SafetensorsHeader.MetadataName)
            throw new ArgumentException($"A tensor can't be named {SafetensorsHeader.MetadataName}.", nameof(tensor));
        if (SafetensorsHeader.NameProblem(tensor.Name) is { } problem)
            throw new ArgumentException($"A tensor can't be written: {problem}.", nameof(tensor));
        long[] shape = [.. tensor.Shape];
        if (shape.Any(dimension => dimension < 0) || !SafetensorsHeader.TryCount(shape, tensor.DataType.Size(), out _, out long bytes))
            throw new ArgumentException($"The tensor \"{tensor.Name}\" can't have the shape [{string.Join(", ", shape)}].", nameof(tensor));
        return bytes;
    }

    private static byte[] Header(TensorSource[] tensors, long[] lengths, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Names as other libraries write them: escaped only where JSON asks for it.
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            long begin = 0;
            for (int i = 0; i < tensors.Length; i++)
            {
                long end = checked(begin + lengths[i]);
                WriteEntry(json, tensors[i], begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & (Alignment - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenCount <= SafetensorsHeader.MaxLength
            ? buffer.WrittenSpan.ToArray()
            : throw new ArgumentException(
                $"The header has {buffer.WrittenCount} bytes; the format's limit is {SafetensorsHeader.MaxLength}.", nameof(tensors));
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorSource tensor, long begin, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype"u8, tensor.DataType.Name());
        json.WriteStartArray("shape"u8);
        foreach (long dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets"u8);
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
