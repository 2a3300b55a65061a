using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Keeps the frames of many recordings: in memory up to a bound, and what is beyond it in a temporary file, from which each recording is
/// read when it is needed, the same bit for bit. One thread may add at a time; any number may read.
/// </summary>
/// <param name="file">The file, which isn't there, in a folder of its user's; it is made where the bound is passed.</param>
/// <param name="mostBytes">Bytes of frames that stay in memory.</param>
internal sealed class FrameStore(string file, long mostBytes) : IDisposable
{
    // The share of the memory that the process may use: half of what kept outputs of frozen layers may take.
    private const int MemoryShare = 8;

    private SafeFileHandle? _handle;

    /// <summary>A share of the memory that this process may use.</summary>
    public static long DefaultBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare;

    /// <summary>Bytes of the frames in memory.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Bytes of the frames in the file.</summary>
    public long FileBytes { get; private set; }

    /// <summary>The same frames, kept until this is disposed.</summary>
    /// <exception cref="IOException">The file can't be written; the message says what to do.</exception>
    public Frames Keep(Frames frames)
    {
        long bytes = sizeof(float) * (long)frames.Length;
        if (MemoryBytes + bytes <= mostBytes)
        {
            MemoryBytes += bytes;
            return frames;
        }

        long place = FileBytes;
        try
        {
            _handle ??= Open();
            RandomAccess.Write(_handle, MemoryMarshal.AsBytes(frames.Values), place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{file}: frames for which there is no room in memory can't be written there. Free some space, or name a folder with more "
                + "by the variable TMPDIR, on Windows TMP.",
                e);
        }

        FileBytes += bytes;
        SafeFileHandle handle = _handle;
        return frames.ReadBy(target => Read(handle, target, place));
    }

    public void Dispose() => _handle?.Dispose();

    private SafeFileHandle Open()
    {
        SafeFileHandle handle = File.OpenHandle(
            file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        // Here an open file without a name lasts as long as the process, however that ends; Windows sees to it by itself.
        if (!OperatingSystem.IsWindows())
            File.Delete(file);
        return handle;
    }

    private static void Read(SafeFileHandle handle, Span<float> target, long place)
    {
        Span<byte> left = MemoryMarshal.AsBytes(target);
        while (left.Length > 0)
        {
            int read = RandomAccess.Read(handle, left, place);
            if (read == 0)
                throw new EndOfStreamException("The temporary file of frames became shorter.");
            left = left[read..];
            place += read;
        }
    }
}
