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
    public static bool IsIntact(string folder) => FindDamage(folder) is null;

    /// <summary>The first file that isn't what was listed, or the list itself where it can't be read; null where all is well.</summary>
    public static string? FindDamage(string folder)
    {
        string checkedFile = Path.Combine(folder, FileName);
        try
        {
            if (JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(checkedFile)) is not { Count: > 0 } hashes)
                return checkedFile;
            foreach ((string name, string hash) in hashes)
            {
                checkedFile = Path.Combine(folder, name);
                if (HashOf(checkedFile) != hash)
                    return checkedFile;
            }

            return null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return checkedFile;
        }
    }

    private static string NameOf(string folder, string file) =>
        Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');

    private static string HashOf(string file) => Convert.ToHexString(FileHash.Compute(file));
}
