using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>
/// A file mapped into memory for reading. A file that another program shortens while it is mapped ends this process,
/// as with any mapping; replace checkpoints by renaming a new file over the old one instead.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private MappedFile(string path, int headerLength, string remedy)
    {
        Path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            Length = stream.Length;
            if (Length < headerLength)
            {
                throw new CheckpointFormatException(
                    path,
                    Length == 0 ? "the file is empty" : $"the file has {Length} bytes, too few for a header",
                    remedy,
                    field: "header length");
            }

            _file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        try
        {
            _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _start = start + _view.PointerOffset;
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Bytes of the file when it was mapped.</summary>
    public long Length { get; }

    /// <param name="path">The file.</param>
    /// <param name="headerLength">How many bytes it has at least.</param>
    /// <param name="remedy">What to do where it has fewer.</param>
    /// <exception cref="CheckpointFormatException">It is missing, can't be read, or has fewer bytes.</exception>
    public static MappedFile Open(string path, int headerLength, string remedy)
    {
        try
        {
            return new(path, headerLength, remedy);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            throw new CheckpointFormatException(path, "there is no such file", "Check the path.", innerException: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CheckpointFormatException.Unreadable(path, e);
        }
    }

    /// <summary>Bytes of the file, valid until it is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - count);
        return new(Address(offset), count);
    }

    /// <summary>The address of a byte of the file, valid until it is disposed.</summary>
    public byte* Address(long offset)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _start + offset;
    }

    /// <summary>Keeps the mapping in place, even if another thread disposes it, until the lease is disposed.</summary>
    public Lease Hold() => new(_view.SafeMemoryMappedViewHandle);

    /// <summary>Asks the system to read a part of the file ahead of its use; the system may decline.</summary>
    public void Prefetch(long offset, long count)
    {
        const int WillNeed = 3;
        Advise(offset, count, WillNeed);
    }

    /// <summary>Takes the pages of a part of the file out of this process's memory; they are read again when they are used again.</summary>
    public void Release(long offset, long count)
    {
        const int DontNeed = 4;
        Advise(offset, count, DontNeed);
    }

    /// <summary>Advises the system. Errors are ignored, because advice changes nothing but speed; Windows has no such call.</summary>
    private void Advise(long offset, long count, int advice)
    {
        if (OperatingSystem.IsWindows() || count == 0)
            return;
        using Lease lease = Hold();
        // The call wants the beginning of a page; the mapping begins at one.
        long first = offset - offset % Environment.SystemPageSize;
        _ = Advise(Address(first), (nuint)(offset + count - first), advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* address, nuint length, int advice);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    public readonly ref struct Lease
    {
        private readonly SafeMemoryMappedViewHandle _handle;

        public Lease(SafeMemoryMappedViewHandle handle)
        {
            bool held = false;
            handle.DangerousAddRef(ref held);
            _handle = handle;
        }

        public void Dispose() => _handle.DangerousRelease();
    }
}
