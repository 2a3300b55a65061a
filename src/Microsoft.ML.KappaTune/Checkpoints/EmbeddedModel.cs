using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// A model folder that a program carries within itself, as a folder on the disk. Its name is its content's hash, and what is found there is
/// compared with that content before it is used. Any number of processes may want it at once: each writes into a folder of its own, which
/// the first one gives its name to. Safe to use from several threads.
/// </summary>
/// <param name="files">The files' names, and what opens their content.</param>
internal sealed class EmbeddedModel(IReadOnlyDictionary<string, Func<Stream>> files)
{
    private const string ResourcePrefix = "Embedded/";
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly Lazy<string> s_folder = new(ExtractOfLibrary);

    private readonly Lazy<IReadOnlyDictionary<string, byte[]>> _hashes = new(() => files.ToDictionary(file => file.Key, file => HashOf(file.Value)));

    /// <summary>The one of this library, without files where it was built without.</summary>
    public static EmbeddedModel OfLibrary { get; } = new(
        typeof(EmbeddedModel).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .ToDictionary(name => name[ResourcePrefix.Length..], Opener));

    /// <summary>The folder of this library's, made once a process.</summary>
    /// <exception cref="CheckpointFormatException">This library was built without one, or it can't be written anywhere.</exception>
    public static string Folder => s_folder.Value;

    /// <summary>Whether there is a model at all.</summary>
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

        Exception? cause = null;
        foreach (string cache in caches)
        {
            try
            {
                return ExtractInto(cache);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                cause = e;
            }
        }

        throw new CheckpointFormatException(
            BaseModel.Embedded, $"its files can't be written into {string.Join(" or ", caches)}",
            "Name a folder that can be written in the environment variable KAPPATUNE_CACHE.", innerException: cause);
    }

    private string ExtractInto(string cache)
    {
        string folder = Path.Combine(cache, "models", Name);
        if (IsWhole(folder))
            return folder;
        string mine = $"{folder}.{Guid.NewGuid():N}";
        CreateForUser(mine);
        try
        {
            foreach ((string name, Func<Stream> open) in files)
            {
                using Stream content = open();
                AtomicFile.Write(Path.Combine(mine, name), content.CopyTo);
            }

            // What is there and isn't whole was damaged. It is moved away, for others may be at it as well.
            if (Directory.Exists(folder) && !IsWhole(folder))
                Discard(folder);
            try
            {
                Directory.Move(mine, folder);
            }
            catch (IOException) when (IsWhole(folder))
            {
                // Another process was faster.
            }
        }
        finally
        {
            if (Directory.Exists(mine))
                Directory.Delete(mine, recursive: true);
        }

        return folder;
    }

    private bool IsWhole(string folder) => _hashes.Value.All(file =>
    {
        string path = Path.Combine(folder, file.Key);
        return File.Exists(path) && HashOf(() => File.OpenRead(path)).AsSpan().SequenceEqual(file.Value);
    });

    private static void Discard(string folder)
    {
        string away = $"{folder}.{Guid.NewGuid():N}";
        try
        {
            Directory.Move(folder, away);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        Directory.Delete(away, recursive: true);
    }

    /// <summary>For its user only: a folder among everybody's temporary files is nobody else's to change.</summary>
    private static void CreateForUser(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UserOnly);
    }

    private static string ExtractOfLibrary() => OfLibrary.Extract([CacheFolder.Default, CacheFolder.Temporary]);

    private static byte[] HashOf(Func<Stream> open)
    {
        using Stream content = open();
        return SHA256.HashData(content);
    }

    private static Func<Stream> Opener(string resource) => () => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
}
