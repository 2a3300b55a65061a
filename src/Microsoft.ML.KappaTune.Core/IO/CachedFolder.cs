namespace Microsoft.ML.KappaTune.IO;

/// <summary>
/// Folders below <c>models</c> in a cache folder that are made once and found again. Any number of processes may make one at once: each
/// fills a temporary folder, and the first to finish renames its own.
/// </summary>
internal static class CachedFolder
{
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The user's cache folder and, where that can't be written, one among temporary files.</summary>
    public static IReadOnlyList<string> Caches => [CacheFolder.Default, CacheFolder.Temporary];

    /// <summary>Finds the folder below the first of the caches that it is in, or can be made in.</summary>
    /// <param name="source">What it is made from, for messages.</param>
    /// <param name="caches">Where to look, the first one first.</param>
    /// <param name="name">Its name, which says what is in it; a path below <c>models</c>.</param>
    /// <param name="isWhole">Whether a folder that exists is as it was made; what isn't is made anew.</param>
    /// <param name="fill">Writes the files into an empty folder.</param>
    /// <exception cref="CheckpointFormatException">None of the caches can be written, or <paramref name="fill"/> refuses.</exception>
    public static string Obtain(string source, IReadOnlyList<string> caches, string name, Func<string, bool> isWhole, Action<string> fill)
    {
        Exception? cause = null;
        foreach (string cache in caches)
        {
            try
            {
                return ObtainIn(Path.Combine(cache, "models", name), isWhole, fill);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                cause = e;
            }
        }

        throw new CheckpointFormatException(
            source, $"its files can't be written into {string.Join(" or ", caches)}",
            "Name a folder that can be written in the environment variable KAPPATUNE_CACHE.", innerException: cause);
    }

    private static string ObtainIn(string folder, Func<string, bool> isWhole, Action<string> fill)
    {
        if (isWhole(folder))
            return folder;
        string mine = $"{folder}.{Guid.NewGuid():N}";
        CreateForUser(mine);
        try
        {
            fill(mine);
            // A folder that isn't whole was damaged. It is renamed before it is deleted, because another process may be replacing it too.
            if (Directory.Exists(folder) && !isWhole(folder))
                Discard(folder);
            try
            {
                Directory.Move(mine, folder);
            }
            catch (IOException) when (isWhole(folder))
            {
                // Another process was faster.
            }
        }
        finally
        {
            if (Directory.Exists(mine))
                Directory.Delete(mine, recursive: true);
        }

        return folder;
    }

    private static void Discard(string folder)
    {
        string away = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            Directory.Move(folder, away);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        Directory.Delete(away, recursive: true);
    }

    /// <summary>Makes the folder accessible to its user only, because all users share the folder of temporary files.</summary>
    private static void CreateForUser(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UserOnly);
    }
}
