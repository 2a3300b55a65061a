using System.Globalization;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>
/// A folder that holds one state, itself a folder of files. The state is there whole or not at all, whenever the process is ended: a new
/// one is written and flushed under a temporary name, then a list of its files with their hashes, then its folder gets its name, and
/// then the old one is removed. One process uses it at a time.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    private const string Prefix = "state-", Temporary = ".tmp", LockFile = "lock";

    private readonly FileStream _lock;

    /// <summary>Makes the folder where it isn't there, and removes what an ended process left unfinished.</summary>
    /// <exception cref="IOException">Another process holds it, or it can't be written.</exception>
    public StateFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(path);
        _lock = Lock();
        foreach (string leftover in Directory.GetDirectories(path, $"{Prefix}*{Temporary}"))
            Directory.Delete(leftover, recursive: true);
        RemoveAllBut(Newest);
    }

    public string Path { get; }

    /// <summary>Whether there is a state, whole or damaged.</summary>
    public bool HasState => Newest is not null;

    // One without a list of its files counts: an earlier version's state is refused, not deleted.
    private string? Newest => States().Where(state => Directory.EnumerateFiles(state).Any()).MaxBy(NumberOf);

    /// <summary>The folder of the state, after its files were compared with their hashes; null where there is none.</summary>
    /// <exception cref="CheckpointFormatException">A file isn't what was written.</exception>
    public string? Open()
    {
        if (Newest is not { } state)
            return null;
        return FolderSeal.FindDamage(state) is not { } file ? state : throw new CheckpointFormatException(
            file, "it isn't what was written there", "Delete the training state, and train anew.");
    }

    /// <summary>Replaces the state by what <paramref name="fill"/> writes into the folder it is given.</summary>
    public void Write(Action<string> fill)
    {
        int number = States().Select(NumberOf).DefaultIfEmpty(0).Max() + 1;
        string state = System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:000000}"));
        string temporary = state + Temporary;
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            FolderSeal.Write(temporary);
            Directory.Move(temporary, state);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }

        AtomicFile.FlushFolder(Path);
        RemoveAllBut(state);
    }

    public void Dispose() => _lock.Dispose();

    private FileStream Lock()
    {
        string file = System.IO.Path.Combine(Path, LockFile);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"The folder {Path} of training states is in use by another run, or can't be written: {e.Message} Name another.", e);
        }
    }

    private IEnumerable<string> States() => Directory.GetDirectories(Path, $"{Prefix}*").Where(state => NumberOf(state) > 0);

    private void RemoveAllBut(string? kept)
    {
        foreach (string state in States().Where(state => state != kept))
            Directory.Delete(state, recursive: true);
    }

    /// <summary>The number in a state's name; 0 for other names.</summary>
    private static int NumberOf(string state)
    {
        ReadOnlySpan<char> digits = System.IO.Path.GetFileName(state).AsSpan(Prefix.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
