namespace Microsoft.ML.Data;

/// <summary>Files by their paths.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    /// <summary>Makes a source of files.</summary>
    /// <param name="paths">Their paths; the name in one can hold <c>*</c> and <c>?</c>, for all files that match, in order
    /// of their names.</param>
    public MultiFileSource(params string[] paths)
    {
        Contracts.CheckValue(paths, nameof(paths));
        _paths = [.. paths.SelectMany(Expand)];
    }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(0 <= index && index < Count, nameof(index), "Must be the index of a file");
        return _paths[index];
    }

    /// <inheritdoc/>
    public Stream Open(int index)
    {
        string path = GetPathOrNull(index);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16,
                FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Contracts.ExceptIO(null, error, $"Could not open file '{path}'. Error is: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    /// <summary>The files that a path means: itself, or the files that match its pattern.</summary>
    internal static IEnumerable<string> Expand(string path)
    {
        string name = Path.GetFileName(path);
        if (File.Exists(path) || !name.AsSpan().ContainsAny('*', '?'))
            return [path];
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        return Directory.Exists(folder) ? Directory.GetFiles(folder, name).Order(StringComparer.Ordinal) : [];
    }
}
