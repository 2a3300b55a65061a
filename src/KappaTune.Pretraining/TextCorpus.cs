using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A UTF-8 text as its lines, each a paragraph; empty ones are left out.</summary>
public sealed class TextCorpus
{
    private TextCorpus(string name, long bytes, string hash, List<string> lines)
    {
        Name = name;
        Bytes = bytes;
        Hash = hash;
        Lines = lines;
    }

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    public long Bytes { get; }

    /// <summary>SHA-256 of the file, in hexadecimal digits.</summary>
    public string Hash { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="FormatException">It isn't UTF-8, or has no text.</exception>
    public static TextCorpus Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        string hash = Convert.ToHexString(SHA256.HashData(file)).ToLowerInvariant();
        file.Position = 0;
        var lines = new List<string>();
        try
        {
            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
            while (reader.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                    lines.Add(line);
            }

            return lines.Count > 0
                ? new(Path.GetFileName(path), new FileInfo(path).Length, hash, lines)
                : throw new FormatException($"{path} has no text. Give a text file with a paragraph a line.");
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"{path} isn't UTF-8 text: there are bytes that are part of no character. Convert it.", e);
        }
    }

    /// <summary>The text without its last lines, which have about a share of its characters, and those lines.</summary>
    public (TextCorpus Train, TextCorpus Held) Split(double share)
    {
        double most = share * Lines.Sum(line => (long)line.Length);
        int begin = Lines.Count;
        for (long held = 0; begin > 1 && held < most; begin--)
            held += Lines[begin - 1].Length;
        return (Part(0, begin), Part(begin, Lines.Count));

        TextCorpus Part(int from, int to) => new(Name, Bytes, Hash, [.. Lines.Skip(from).Take(to - from)]);
    }
}
