using System.Reflection;
using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// A model folder that a program carries within itself, as a folder on the disk. Its name is its content's hash, and what is found there is
/// compared with that content before it is used. Safe to use from several threads and processes.
/// </summary>
/// <param name="files">The files' names, and what opens their content.</param>
internal sealed class EmbeddedModel(IReadOnlyDictionary<string, Func<Stream>> files)
{
    private const string ResourcePrefix = "Embedded/";

    private static readonly Lazy<string> ExtractedFolder = new(ExtractOfLibrary);

    private readonly Lazy<IReadOnlyDictionary<string, byte[]>> _hashes =
        new(() => files.ToDictionary(file => file.Key, file => HashOf(file.Value)));

    /// <summary>The one of this library, without files where it was built without.</summary>
    public static EmbeddedModel OfLibrary { get; } = new(
        typeof(EmbeddedModel).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[ResourcePrefix.Length..], Opener));

    /// <summary>The folder of this library's, made once a process.</summary>
    /// <exception cref="CheckpointFormatException">This library was built without one, or it can't be written anywhere.</exception>
    public static string Folder => ExtractedFolder.Value;

    public bool Exists => files.Count > 0;

    /// <summary>A name for this content, 32 hexadecimal digits.</summary>
    public string Name
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach ((string name, byte[] content) in _hashes.Value.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
                hash.AppendData(content);
            }

            return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
        }
    }

    /// <summary>Finds the files below the first of these folders that they are in, or can be written into.</summary>
    /// <exception cref="CheckpointFormatException">There are no files, or none of the folders can be written.</exception>
    public string Extract(IReadOnlyList<string> caches)
    {
        if (!Exists)
        {
            throw new CheckpointFormatException(
                BaseModel.Embedded, "this build of Microsoft.ML.KappaTune carries no model", "Name a base model's folder instead.");
        }

        return CachedFolder.Obtain(BaseModel.Embedded, caches, Name, IsWhole, Fill);
    }

    private void Fill(string folder)
    {
        foreach ((string name, Func<Stream> open) in files)
        {
            using Stream content = open();
            AtomicFile.Write(Path.Combine(folder, name), content.CopyTo);
        }
    }

    private bool IsWhole(string folder) => _hashes.Value.All(file =>
    {
        string path = Path.Combine(folder, file.Key);
        return File.Exists(path) && FileHash.Compute(path).AsSpan().SequenceEqual(file.Value);
    });

    private static string ExtractOfLibrary() => OfLibrary.Extract(CachedFolder.Caches);

    private static byte[] HashOf(Func<Stream> open)
    {
        using Stream content = open();
        return SHA256.HashData(content);
    }

    private static Func<Stream> Opener(string resource) => () => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
}
