using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Writes a model file: a zip, whose entries are added in the order in which they're closed.</summary>
internal sealed class RepositoryWriter : Repository
{
    private readonly ZipArchive _archive;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private RepositoryWriter(Stream stream, IHostEnvironment env) : base(env) =>
        _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Starts a model file in <paramref name="stream"/>, which stays open.</summary>
    public static RepositoryWriter CreateNew(Stream stream, IHostEnvironment env)
    {
        Contracts.CheckValue(stream, nameof(stream));
        var repository = new RepositoryWriter(stream, env);
        using Entry entry = repository.CreateEntry("TrainingInfo", "Version.txt");
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        writer.WriteLine(typeof(RepositoryWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        return repository;
    }

    /// <summary>Opens a new entry, to be written and then disposed.</summary>
    public Entry CreateEntry(string? folder, string name)
    {
        string path = PathOf(folder, name);
        if (!_names.Add(path))
            throw Contracts.ExceptParam(nameof(name), $"The model file already has an entry '{path}'");
        return new Entry(path, CreateSpool(), AddToArchive);
    }

    /// <summary>Completes the file.</summary>
    public override void Dispose() => _archive.Dispose();

    private void AddToArchive(Entry entry)
    {
        entry.Stream.Flush();
        entry.Stream.Position = 0;
        // Weights hardly get smaller; better compression would only cost time.
        using Stream target = _archive.CreateEntry(entry.Path, CompressionLevel.Fastest).Open();
        entry.Stream.CopyTo(target);
    }
}
