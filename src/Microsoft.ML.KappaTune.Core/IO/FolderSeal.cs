using System.Security.Cryptography;
using System.Text.Json;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>A list of a folder's files with their SHA-256, kept in the folder, by which damage is noticed.</summary>
internal static class FolderSeal
{
    private const string FileName = "kappatune-files.json";

    /// <summary>Lists what the folder holds now.</summary>
    public static void Write(string folder)
    {
        Dictionary<string, string> hashes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).ToDictionary(file => NameOf(folder, file), HashOf);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, hashes));
    }

    /// <summary>Whether the folder is there with every file of its list, unchanged.</summary>
    public static bool IsIntact(string folder)
    {
        try
        {
            using FileStream list = File.OpenRead(Path.Combine(folder, FileName));
            return JsonSerializer.Deserialize<Dictionary<string, string>>(list) is { Count: > 0 } hashes
                && hashes.All(file => HashOf(Path.Combine(folder, file.Key)) == file.Value);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string NameOf(string folder, string file) =>
        Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');

    private static string HashOf(string file)
    {
        using FileStream content = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(content));
    }
}
