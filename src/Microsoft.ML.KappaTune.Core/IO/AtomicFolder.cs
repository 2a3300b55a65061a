namespace Microsoft.ML.KappaTune.IO;

/// <summary>Writes a folder so that it is there whole or not at all: under a temporary name beside it, and then renamed.</summary>
internal static class AtomicFolder
{
    /// <exception cref="IOException">There is something of that name other than an empty folder.</exception>
    public static void RequireFree(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new IOException($"{path} is there already. Name a folder that isn't, or delete it.");
    }

    /// <summary>Makes the folder; if <paramref name="fill"/> throws, nothing of it stays.</summary>
    public static void Write(string path, Action<string> fill)
    {
        // A link stays, and the folder that it leads to is written.
        string full = OutputPlace.Resolve(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).Path;
        string parent = Path.GetDirectoryName(full)!;
        string temporary = AtomicFile.TemporaryName(full);
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            AtomicFile.FlushFolder(temporary);
            RequireFree(full);
            if (Directory.Exists(full))
                Directory.Delete(full);
            Directory.Move(temporary, full);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        AtomicFile.FlushFolder(parent);
    }
}
