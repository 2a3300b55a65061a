namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A tensor to write: its description, and a callback that streams its bytes, exactly as many as shape and type need.</summary>
internal sealed record TensorSource(string Name, TensorDataType DataType, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>A tensor whose stored bytes are in memory.</summary>
    public static TensorSource Of(string name, TensorDataType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(name, type, shape, stream => stream.Write(bytes.Span));

    /// <summary>A tensor of another checkpoint, copied bit by bit.</summary>
    public static TensorSource Copy(TensorView view) => new(view.Name, view.DataType, view.Shape, stream =>
    {
        const int Chunk = 1 << 20;
        for (long offset = 0; offset < view.ByteLength; offset += Chunk)
            stream.Write(view.Bytes(offset, (int)Math.Min(Chunk, view.ByteLength - offset)));
    });
}
