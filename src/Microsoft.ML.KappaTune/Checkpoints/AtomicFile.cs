using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// Writes a file so that its name always leads to the old content or to the new one, whole, even if the machine stops:
/// a temporary file beside it, flushed to the disk, renamed over it, and the folder flushed as well.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Replaces or creates the file; if <paramref name="write"/> throws, nothing of it stays.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(folder);
    }

    /// <summary>Makes the renaming itself last; Windows does that with the renaming, and has no such call.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        int descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"Can't open the folder {folder} to flush it: error {Marshal.GetLastPInvokeError()}.");
        // Some file systems, network ones among them, can't flush a folder and say so; there the renaming is as safe as they make it.
        _ = FlushDescriptor(descriptor);
        _ = CloseDescriptor(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FlushDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
