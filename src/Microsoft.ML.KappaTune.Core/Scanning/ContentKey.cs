using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// A matrix's key in the cache: a SHA-256 of its stored bytes, shape and data type and of the algorithm's version, wherever the matrix came
/// from.
/// </summary>
internal readonly record struct ContentKey(UInt128 Low, UInt128 High)
{
    public const int Size = 32;

    /// <summary>Goes up whenever a condition number could come out different for the same matrix.</summary>
    public const int AlgorithmVersion = 4;

    // Pieces of this length are hashed on all cores, and then their hashes are hashed.
    private const int PieceBytes = 1 << 20;

    /// <summary>Computes the keys of a batch's matrices, and releases the memory pages that it read.</summary>
    public static ContentKey[] Compute(ScanBatch batch, ParallelOptions parallel)
    {
        if (batch.Tensor.Stored is not { } stored || batch.RowStride != batch.Columns)
            return ComputeFromParts(batch);
        long start = batch.First * batch.Tensor.ValueBytes;
        long piecesEach = (batch.MatrixBytes + PieceBytes - 1) / PieceBytes;
        byte[] hashes = new byte[checked(batch.Matrices.Count * piecesEach * Size)];
        Parallel.For(0L, batch.Matrices.Count * piecesEach, parallel, piece =>
        {
            long matrix = piece / piecesEach * batch.MatrixBytes, begin = piece % piecesEach * PieceBytes;
            int length = (int)Math.Min(PieceBytes, batch.MatrixBytes - begin);
            long offset = start + matrix + begin;
            SHA256.HashData(stored.Bytes(offset, length), hashes.AsSpan(checked((int)(piece * Size)), Size));
            stored.Release(offset, length);
        });
        var keys = new ContentKey[batch.Matrices.Count];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = Create(batch.Matrices[i], hashes.AsSpan(checked((int)(i * piecesEach * Size)), (int)(piecesEach * Size)));
        return keys;
    }

    public static ContentKey Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt128LittleEndian(bytes), BinaryPrimitives.ReadUInt128LittleEndian(bytes[(Size / 2)..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Low);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[(Size / 2)..], High);
    }

    /// <summary>
    /// Computes the keys of decoded values, and of columns of stored ones, from all of the tensor's stored parts, how they are decoded and
    /// which of the values it are.
    /// </summary>
    private static ContentKey[] ComputeFromParts(ScanBatch batch)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TensorView part in batch.Tensor.Parts)
        {
            all.AppendData(Encoding.UTF8.GetBytes($"{part.TypeName}\n{string.Join(',', part.Shape)}\n"));
            for (long offset = 0; offset < part.ByteLength; offset += PieceBytes)
                all.AppendData(part.Bytes(offset, (int)Math.Min(PieceBytes, part.ByteLength - offset)));
        }

        byte[] content = all.GetHashAndReset();
        string how = $"{batch.Tensor.Encoding}\n{batch.Tensor.Settings}\n";
        return [.. batch.Matrices.Select(matrix => Create(matrix, [.. Encoding.UTF8.GetBytes($"{how}{Place(matrix)}\n"), .. content]))];
    }

    private static string Place(ScannedMatrix matrix) =>
        matrix.PartStart is { } start ? $"{matrix.Expert}\n{start}" : $"{matrix.Expert}";

    private static ContentKey Create(ScannedMatrix matrix, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadOnlySpan<long> description = [AlgorithmVersion, (long)matrix.DataType, matrix.Rows, matrix.Columns];
        hash.AppendData(MemoryMarshal.AsBytes(description));
        hash.AppendData(content);
        return Read(hash.GetHashAndReset());
    }
}
