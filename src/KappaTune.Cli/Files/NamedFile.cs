using Microsoft.ML.KappaTune.IO;

namespace KappaTune.Cli.Files;

/// <summary>A file and the option or argument that names it.</summary>
internal sealed class NamedFile(Symbol symbol, string path, bool isOutput = false)
{
    // What is written to find out whether there is room.
    private const int ProbeSize = 4096;

    public string Option => symbol.Name;

    public string Path => path;

    /// <summary>Whether it is standard input or output.</summary>
    public bool IsStream => path == CommandFiles.Pipe || OutputPlace.StreamOf(path) is 0 or 1;

    /// <summary>Whether it's a file like any other, not a pipe that is there once.</summary>
    public bool CanBeReadAgain =>
        path != CommandFiles.Pipe && FileStatus.Read(path).Type is FileType.Regular or FileType.Folder or FileType.None;

    /// <summary>A path that leads there.</summary>
    public string Place => path != CommandFiles.Pipe ? path : isOutput ? OutputPlace.StandardOutput : OutputPlace.StandardInput;

    public override string ToString() => $"{Option} {PlainText.OneLine(path)}";

    /// <summary>Opens what can be read once.</summary>
    public Stream Open() => IsStream ? Console.OpenStandardInput() : File.OpenRead(path);

    /// <exception cref="UnusableFileException">It is a standard stream.</exception>
    public void RequireNoStream()
    {
        if (IsStream)
            throw new UnusableFileException($"{this}: a stream can't be a folder or a model. Name one on the disk; one called - is ./-.");
    }

    /// <exception cref="UnusableFileException">There is no such file, or it is a folder.</exception>
    public void RequireReadable()
    {
        if (IsStream)
            return;
        if (Directory.Exists(path))
            throw new UnusableFileException($"{this} is a folder; name a file.");
        if (!File.Exists(path))
            throw new UnusableFileException($"{this}: there is no such file. Check the path.");
    }

    /// <exception cref="UnusableFileException">It is a folder, or a file can't be made there.</exception>
    public void RequireWritable()
    {
        if (IsStream)
            return;
        if (Directory.Exists(path))
            throw new UnusableFileException($"{Option}: {path} is a folder; name a file.");
        OutputPlace place = OutputPlace.Resolve(path);
        if (!place.IsReplaceable)
            return;
        string folder = System.IO.Path.GetDirectoryName(place.Path)!;
        if (!Directory.Exists(folder))
            throw new UnusableFileException($"{Option}: there is no folder {folder}. Make it, or name another.");
        Probe(place.Path);
    }

    /// <exception cref="UnusableFileException">It is a file, or a folder can't be made or written into there.</exception>
    public void RequireWritableFolder()
    {
        string place = System.IO.Path.GetFullPath(path);
        // A folder that isn't there yet is made, with those above it.
        while (!System.IO.Path.Exists(place) && System.IO.Path.GetDirectoryName(place) is { } above)
            place = above;
        if (File.Exists(place))
            throw new UnusableFileException($"{this}: {PlainText.OneLine(place)} is a file; name a folder.");
        Probe(System.IO.Path.Combine(place, "probe"));
    }

    /// <summary>Writes a file beside the one that is to be written, and deletes it.</summary>
    private void Probe(string file)
    {
        try
        {
            using var probe = new FileStream(
                AtomicFile.TemporaryName(file), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            probe.Write(new byte[ProbeSize]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string folder = System.IO.Path.GetDirectoryName(file)!;
            throw new UnusableFileException(
                $"{Option}: nothing can be written into {folder}: {PlainText.MessageOf(e)} Name another folder.", e);
        }
    }

    /// <summary>
    /// Whether writing this one destroys what the other has: the same file under any name, or a part of a model's folder.
    /// </summary>
    public bool Overwrites(NamedFile other)
    {
        (FileType type, (ulong, ulong)? identity) = FileStatus.Read(Place);
        // What has no content of its own, a terminal or a socket, may well be read and written.
        if (type == FileType.Device || (type == FileType.Pipe && (IsStream || other.IsStream)))
            return false;
        string place = OutputPlace.Resolve(Place).Path;
        return Directory.Exists(other.Path)
            ? IsPartOfModel(place) && Directory.EnumerateFiles(other.Path).Any(IsSame)
            : IsSame(other.Place);

        bool IsSame(string file) =>
            (identity is not null && FileStatus.Read(file).Identity == identity)
            || string.Equals(place, OutputPlace.Resolve(file).Path, PathComparison);
    }

    /// <summary>Whether it is the folder that the other one is, or lies in.</summary>
    public bool IsFolderOf(NamedFile other)
    {
        string folder = System.IO.Path.GetFullPath(path), place = System.IO.Path.GetFullPath(other.Path);
        if (File.Exists(place))
            place = System.IO.Path.GetDirectoryName(place)!;
        return (FileStatus.Read(folder).Identity is { } identity && FileStatus.Read(place).Identity == identity) || string.Equals(
            System.IO.Path.TrimEndingDirectorySeparator(folder), System.IO.Path.TrimEndingDirectorySeparator(place), PathComparison);
    }

    private static StringComparison PathComparison =>
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>By its name: results of a scan may well lie beside the model.</summary>
    private static bool IsPartOfModel(string file)
    {
        string name = System.IO.Path.GetFileName(file);
        return System.IO.Path.GetExtension(name) is ".safetensors" or ".gguf" or ".onnx" or ".bin" or ".model"
            || name.EndsWith(".index.json", StringComparison.Ordinal)
            || name is "config.json" or "tokenizer.json" or "tokenizer_config.json" or "special_tokens_map.json" or "added_tokens.json"
                or "generation_config.json" or "adapter_config.json" or "vocab.json" or "vocab.txt" or "merges.txt";
    }
}

/// <summary>A file that a command line names can't be what it is to be; the message says which, why, and what to do.</summary>
internal sealed class UnusableFileException(string message, Exception? innerException = null) : IOException(message, innerException);
