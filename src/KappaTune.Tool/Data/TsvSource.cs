using System.Text;
using Microsoft.ML.Data;

namespace KappaTune.Tool.Data;

/// <summary>One file, whose name is taken as it is, or what is left of standard input.</summary>
internal sealed class TsvSource(string? path, TextReader? rest) : IMultiStreamSource
{
    public int Count => 1;

    public string GetPathOrNull(int index) => path!;

    public Stream Open(int index) => path is null ? Console.OpenStandardInput() : File.OpenRead(path);

    public TextReader OpenTextReader(int index) => rest ?? new StreamReader(Open(index), Encoding.UTF8);
}
