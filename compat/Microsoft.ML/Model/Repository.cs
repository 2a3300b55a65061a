using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The named entries of a model file. Open entries live in temporary files, so that they can seek and memory stays free.</summary>
internal abstract class Repository(IHostEnvironment env) : IDisposable
{
    public abstract void Dispose();

    /// <summary>The path of an entry, or of a folder, in a folder.</summary>
    public static string PathOf(string? folder, string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return string.IsNullOrEmpty(folder) ? name : $"{folder}/{name}";
    }

    /// <summary>An empty temporary file, which disappears with the stream.</summary>
    protected FileStream CreateSpool()
    {
        string folder = (env as IHostEnvironmentInternal)?.State.TempFilePath ?? Path.GetTempPath();
        Directory.CreateDirectory(folder);
        return new FileStream(Path.Combine(folder, $"ml-{Guid.NewGuid():n}.tmp"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1 << 16,
        });
    }

    /// <summary>An open entry; what disposing it does depends on the repository.</summary>
    internal sealed class Entry(string path, Stream stream, Action<Entry>? close) : IDisposable
    {
        private bool _closed;

        public string Path { get; } = path;

        public Stream Stream { get; } = stream;

        public void Dispose()
        {
            if (_closed)
                return;
            _closed = true;
            close?.Invoke(this);
            Stream.Dispose();
        }
    }
}
