using System.Text;
using Microsoft.ML.KappaTune.IO;

namespace KappaTune.Cli.Output;

/// <summary>The files that commands write: whole, or not at all.</summary>
internal static class OutputFile
{
    public static void Write(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    public static void Write(string path, Action<Stream> write) => AtomicFile.Write(path, write);
}
