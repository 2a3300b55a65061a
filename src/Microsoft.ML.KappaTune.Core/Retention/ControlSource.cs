using System.IO.Compression;
using System.Security.Cryptography;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>Where a control text comes from: a UTF-8 file, texts in memory, or the sample that ships.</summary>
internal sealed class ControlSource
{
    /// <summary>An empty line, so that no sentence and no window's first word goes over from a text into the next.</summary>
    private static ReadOnlySpan<byte> Separator => "\n\n"u8;

    private static readonly Lazy<byte[]> Sample = new(ReadSample);

    private readonly Func<Stream> _open;

    private ControlSource(string name, Func<Stream> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>English prose in the public domain, of 1730 to 1940: novels, a book of science and speeches.</summary>
    public static ControlSource Shipped { get; } = new(
        "English prose (the shipped sample)", () => new MemoryStream(Sample.Value, writable: false));

    /// <summary>What reports and errors call it: the file's path, or a few words.</summary>
    public string Name { get; }

    /// <summary>That of a name of <see cref="RetentionTexts"/> or, whatever else it is, a path.</summary>
    public static ControlSource Find(string name) => name == RetentionTexts.English ? Shipped : FromFile(name);

    public static ControlSource FromFile(string path) => new(path, () => File.OpenRead(path));

    /// <summary>Joins texts by empty lines, those without a word left out.</summary>
    /// <param name="texts">Read once.</param>
    public static ControlSource FromTexts(string name, IEnumerable<string> texts)
    {
        using var buffer = new MemoryStream();
        foreach (string text in texts.Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            if (buffer.Length > 0)
                buffer.Write(Separator);
            buffer.Write(Encoding.UTF8.GetBytes(text));
        }

        byte[] content = buffer.ToArray();
        return new(name, () => new MemoryStream(content, writable: false));
    }

    /// <summary>Opens it at its beginning. The stream can seek and is the caller's to dispose.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Stream Open() => _open();

    /// <summary>The content's SHA-256.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public string ComputeHash()
    {
        using Stream content = Open();
        return Convert.ToHexString(SHA256.HashData(content));
    }

    private static byte[] ReadSample()
    {
        using Stream resource = typeof(ControlSource).Assembly.GetManifestResourceStream("english-prose.txt.br")!;
        using var content = new BrotliStream(resource, CompressionMode.Decompress);
        using var buffer = new MemoryStream();
        content.CopyTo(buffer);
        return buffer.ToArray();
    }
}
