using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>The SHA-256 of a file's content.</summary>
internal static class FileHash
{
    public static byte[] Compute(string path)
    {
        using FileStream content = File.OpenRead(path);
        return SHA256.HashData(content);
    }
}
