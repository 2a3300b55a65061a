namespace Microsoft.ML.KappaTune.Adapters.Lora;

/// <summary>
/// A new adapter on its way into a folder that has another. Two files can't be replaced at one moment; so both wait, complete, in a folder
/// within, from whose renaming on they count, and are moved out of it one by one. Whoever reads takes each file from there first: whenever
/// a process ends, the old adapter or the new one is found, whole. To other readers there is the old one, for a moment none, then the new.
/// </summary>
internal static class PendingAdapter
{
    private const string Name = ".adapter.new";

    /// <summary>A file of the adapter, by its full path; null where there is none.</summary>
    public static string? Find(string folder, string file)
    {
        var found = new CheckpointFolder(folder);
        return found.Find(Path.Combine(Name, file)) ?? found.Find(file);
    }

    /// <summary>Makes an adapter count, and moves it to its place.</summary>
    /// <param name="folder">Where it belongs. An adapter that waits there has been moved to its place.</param>
    /// <param name="write">Writes the files into the folder that it is given.</param>
    public static void Replace(string folder, Action<string> write)
    {
        string staged = Path.Combine(folder, $"{Name}.tmp");
        // What a process left that ended while it wrote.
        if (Directory.Exists(staged))
            Directory.Delete(staged, recursive: true);
        Directory.CreateDirectory(staged);
        try
        {
            write(staged);
            Directory.Move(staged, Path.Combine(folder, Name));
        }
        catch
        {
            Directory.Delete(staged, recursive: true);
            throw;
        }

        AtomicFile.FlushFolder(folder);
        Complete(folder);
    }

    /// <summary>
    /// Removes an adapter, one that waits too: the configurations first, without which a folder is no adapter to anybody.
    /// </summary>
    public static void Remove(string folder)
    {
        string pending = Path.Combine(folder, Name);
        if (Directory.Exists(pending))
            File.Delete(Path.Combine(pending, PeftNames.ConfigFile));
        File.Delete(Path.Combine(folder, PeftNames.ConfigFile));
        if (Directory.Exists(pending))
            Directory.Delete(pending, recursive: true);
        File.Delete(Path.Combine(folder, PeftNames.WeightsFile));
    }

    /// <summary>Moves an adapter that waits to its place; goes on where another process ended.</summary>
    public static void Complete(string folder)
    {
        string pending = Path.Combine(folder, Name);
        if (!Directory.Exists(pending))
            return;
        string config = Path.Combine(folder, PeftNames.ConfigFile);
        // Another adapter's configuration must never stand beside the new weights: without one, a folder is no adapter to anybody.
        if (File.Exists(Path.Combine(pending, PeftNames.ConfigFile)))
            File.Delete(config);
        foreach (string file in (ReadOnlySpan<string>)[PeftNames.WeightsFile, PeftNames.ConfigFile])
        {
            string waiting = Path.Combine(pending, file);
            if (File.Exists(waiting))
                File.Move(waiting, Path.Combine(folder, file), overwrite: true);
        }

        AtomicFile.FlushFolder(folder);
        Directory.Delete(pending);
    }
}
