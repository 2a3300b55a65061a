using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>
/// Writes a file so that its name always leads to the old content or to the new one, whole, even if the machine stops:
/// a temporary file beside it, flushed to the disk, renamed over it, and the folder flushed as well. A link stays, and what it leads to is
/// replaced; a device or a pipe can't be replaced, and is written to.
/// </summary>
internal static partial class AtomicFile
{
    /// <summary>Replaces or creates the file; if <paramref name="write"/> throws, nothing of it stays.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var place = OutputPlace.Resolve(path);
        if (place.IsReplaceable)
            Replace(place.Path, write);
        else
            WriteThrough(place.Path, write);
    }

    private static void Replace(string path, Action<Stream> write)
    {
        string folder = Path.GetDirectoryName(path)!;
        string temporary = TemporaryName(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                // The new file gets the old one's permissions before it is written, so that nobody else can read it meanwhile.
                if (!OperatingSystem.IsWindows() && File.Exists(path))
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(path));
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(folder);
    }

    /// <summary>A hidden name beside a file, for what is to take its place.</summary>
    public static string TemporaryName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");

    private static void WriteThrough(string path, Action<Stream> write)
    {
        // The process's own streams go on where they are; opened anew, a file behind one would be written from its beginning.
        using Stream stream = OutputPlace.StreamOf(path) switch
        {
            1 => Console.OpenStandardOutput(),
            2 => Console.OpenStandardError(),
            _ => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1 << 16),
        };
        write(stream);
        stream.Flush();
    }

    /// <summary>Makes the renaming itself last; Windows does that with the renaming, and has no such call.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        int descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"Can't open the folder {folder} to flush it: error {Marshal.GetLastPInvokeError()}. Check its rights.");
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
