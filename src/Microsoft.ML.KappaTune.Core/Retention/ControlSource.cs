namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Where a control text comes from: a UTF-8 file, or texts in memory.</summary>
internal sealed class ControlSource
{
    /// <summary>An empty line, so that no sentence and no window's first word goes over from a text into the next.</summary>
    private const string Separator = "\n\n";

    private readonly Func<Stream> _open;

    private ControlSource(string name, Func<Stream> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>What reports and errors call it: the file's path, or a few words.</summary>
    public string Name { get; }

    public static ControlSource FromFile(string path) => new(path, () => File.OpenRead(path));

    /// <summary>Joins texts by empty lines.</summary>
    public static ControlSource FromTexts(string name, IEnumerable<string> texts)
    {
        byte[] content = Encoding.UTF8.GetBytes(string.Join(Separator, texts));
        return new(name, () => new MemoryStream(content, writable: false));
    }

    /// <summary>Opens it at its beginning. The stream can seek and is the caller's to dispose.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Stream Open() => _open();
}
