using Microsoft.ML.KappaTune.Checkpoints.Onnx;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A folder in Hugging Face layout: finds its files, and refuses links that lead out of it.</summary>
internal sealed class CheckpointFolder(string path)
{
    public const string SingleFile = "model.safetensors";
    private const int MaximumLinks = 40;

    private readonly string _real = RealPath(path);

    /// <summary>The full path of a file of the folder; null where there is none.</summary>
    /// <exception cref="CheckpointFormatException">The file is a link out of the folder.</exception>
    public string? Find(string name)
    {
        string file = Path.Combine(path, name);
        if (!new FileInfo(file).Exists)
            return null;
        string real = RealPath(file);
        if (IsBelow(real, _real) || (HubBlobs() is { } blobs && IsBelow(real, blobs)))
            return file;
        throw new CheckpointFormatException(
            file, $"it is a link out of the checkpoint's folder, to {real}", "Copy the file into the folder, or pass the folder it is in.");
    }

    /// <summary>
    /// The ONNX model of a folder without safetensors weights, in its own name or as the hub keeps it; null where there is none.
    /// </summary>
    public string? FindOnnx()
    {
        if (HasSafetensors())
            return null;
        if ((Find("model.onnx") ?? Find(Path.Combine("onnx", "model.onnx"))) is { } found)
            return found;
        string[] others = [.. Directory.EnumerateFiles(path, $"*{OnnxModel.Extension}")];
        return others.Length == 1 ? Find(Path.GetFileName(others[0])) : null;
    }

    /// <summary>The one GGUF file of a folder without safetensors weights; null where there is none, or more than one.</summary>
    public string? FindGguf()
    {
        string[] files = HasSafetensors() ? [] : [.. Directory.EnumerateFiles(path, $"*{GgufFile.Extension}")];
        return files.Length == 1 ? Find(Path.GetFileName(files[0])) : null;
    }

    /// <summary>The index of a sharded checkpoint, or the one file that holds all tensors.</summary>
    /// <exception cref="CheckpointFormatException">There is neither.</exception>
    public string FindWeights()
    {
        if ((Find(SingleFile) ?? Find(ShardIndex.FileName)) is { } found)
            return found;

        string[] files = [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        string[] candidates = [.. files.Where(file => file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))];
        if (candidates.Length == 1)
            return Find(candidates[0])!;
        if (candidates.Length > 1)
        {
            throw new CheckpointFormatException(
                path,
                $"the folder has {candidates.Length} .safetensors files but no {ShardIndex.FileName}",
                "Add the index, or pass one of the files.");
        }

        string? foreign = files.FirstOrDefault(file => UnsupportedFormat.RemedyFor(file) is not null);
        throw new CheckpointFormatException(
            path,
            foreign is null
                ? $"the folder has no {SingleFile} and no {ShardIndex.FileName}"
                : $"the folder has no safetensors weights, only {foreign}",
            foreign is null ? "Check the path." : UnsupportedFormat.RemedyFor(foreign)!);
    }

    private bool HasSafetensors() =>
        Directory.EnumerateFiles(path, "*.safetensors").Any() || Find(ShardIndex.FileName) is not null;

    /// <summary>
    /// The Hugging Face hub's cache keeps a snapshot as links: snapshots/REVISION/model.safetensors leads to blobs/HASH
    /// beside "snapshots". These are the folder's own files.
    /// </summary>
    private string? HubBlobs()
    {
        string? snapshots = Path.GetDirectoryName(_real);
        return Path.GetFileName(snapshots) == "snapshots" ? Path.Combine(Path.GetDirectoryName(snapshots)!, "blobs") : null;
    }

    private static bool IsBelow(string file, string folder) =>
        file.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path with every link in it followed, also those of the folders on the way.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MaximumLinks; links++)
        {
            if (FirstLink(full) is not var (link, remainder))
                return full;
            string target = link.LinkTarget!;
            full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(link.FullName)!, target, remainder));
        }

        throw new CheckpointFormatException(path, $"the path has more than {MaximumLinks} links", "Pass the folder the links lead to.");
    }

    private static (FileSystemInfo Link, string Remainder)? FirstLink(string full)
    {
        string root = Path.GetPathRoot(full)!;
        string[] parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string current = root;
        for (int i = 0; i < parts.Length; i++)
        {
            current = Path.Combine(current, parts[i]);
            var info = new FileInfo(current);
            if (info.LinkTarget is not null)
                return (info, Path.Combine(parts[(i + 1)..]));
        }

        return null;
    }
}
