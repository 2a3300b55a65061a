using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>SHA-256 of tensors' bits, to prove that they are what they were.</summary>
internal static class TensorHash
{
    // Pieces of this length are hashed on all cores, and then their hashes are hashed.
    private const int PieceValues = 1 << 20;

    /// <summary>The hash of each named tensor.</summary>
    public static Dictionary<string, UInt128> Compute(IEnumerable<(string Name, Tensor Value)> tensors, int threads) =>
        tensors.ToDictionary(t => t.Name, t => Compute(t.Value, threads), StringComparer.Ordinal);

    private static UInt128 Compute(Tensor tensor, int threads)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = tensor.detach().cpu().contiguous().view(-1);
        long pieces = (values.NumberOfElements + PieceValues - 1) / PieceValues;
        byte[] hashes = new byte[checked(pieces * SHA256.HashSizeInBytes)];
        Parallel.For(0L, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece =>
        {
            long begin = piece * PieceValues;
            using Tensor part = values.narrow(0, begin, Math.Min(PieceValues, values.NumberOfElements - begin));
            SHA256.HashData(part.bytes, hashes.AsSpan((int)piece * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes));
        });
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(hashes));
    }
}
