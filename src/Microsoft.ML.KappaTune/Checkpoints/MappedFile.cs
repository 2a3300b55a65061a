using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// A file mapped into memory for reading. A file that another program shortens while it is mapped ends this process,
/// as with any mapping; replace checkpoints by renaming a new file over the old one instead.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    /// <summary>Maps a file, unless it has too few bytes.</summary>
    public MappedFile(string path, int leastLength)
    {
        Path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            Length = stream.Length;
            if (Length < leastLength)
            {
                throw new CheckpointFormatException(
                    path,
                    Length == 0 ? "the file is empty" : $"the file has {Length} bytes, too few for a header",
                    SafetensorsFile.Damaged,
                    field: "header length");
            }

            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
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
