using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// Tells models apart without reading them: names, types and shapes of all tensors, and the first bytes of some, which differ
/// between a model and what was trained from it.
/// </summary>
internal static class ModelFingerprint
{
    private const int Samples = 64, SampleBytes = 4096;

    /// <summary>Computes the fingerprint, 32 hexadecimal digits. It doesn't depend on where the model lies, or in how many files.</summary>
    public static string Compute(Checkpoint checkpoint)
    {
        TensorView[] tensors = [.. checkpoint.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int stride = Math.Max(1, tensors.Length / Samples);
        for (int i = 0; i < tensors.Length; i++)
        {
            TensorView tensor = tensors[i];
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}\n{tensor.TypeName}\n{string.Join(',', tensor.Shape)}\n"));
            if (i % stride == 0)
                hash.AppendData(tensor.Bytes(0, (int)Math.Min(SampleBytes, tensor.ByteLength)));
        }

        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
