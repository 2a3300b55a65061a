using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Reads a model file.</summary>
internal sealed class RepositoryReader : Repository
{
    private readonly ZipArchive _archive;

    private RepositoryReader(ZipArchive archive, IHostEnvironment env) : base(env) => _archive = archive;

    /// <summary>Opens a model file; <paramref name="stream"/> stays open.</summary>
    public static RepositoryReader Open(Stream stream, IHostEnvironment env)
    {
        Contracts.CheckValue(stream, nameof(stream));
        try
        {
            return new RepositoryReader(new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true), env);
        }
        catch (InvalidDataException error)
        {
            throw Contracts.ExceptDecode(error, "Failed to open a zip archive");
        }
    }

    /// <summary>Whether there is such an entry.</summary>
    public bool Contains(string? folder, string name) => _archive.GetEntry(PathOf(folder, name)) is not null;

    /// <summary>Opens an entry at its first byte, or gives null where there is none.</summary>
    public Entry? OpenEntryOrNull(string? folder, string name)
    {
        string path = PathOf(folder, name);
        if (_archive.GetEntry(path) is not { } zipped)
            return null;
        FileStream spool = CreateSpool();
        try
        {
            using (Stream source = zipped.Open())
                source.CopyTo(spool);
            spool.Position = 0;
            return new Entry(path, spool, close: null);
        }
        catch (Exception error)
        {
            spool.Dispose();
            if (error is InvalidDataException)
                throw ModelLimits.Corrupt(error);
            throw;
        }
    }

    public override void Dispose() => _archive.Dispose();
}
