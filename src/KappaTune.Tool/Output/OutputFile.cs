using System.CommandLine;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;

namespace KappaTune.Tool.Output;

/// <summary>The files that commands write: whole, or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Finds out before the work, not after it, that its result has no place to go.</summary>
    public static void Check(ParseResult result, params Option<string>[] options)
    {
        foreach (Option<string> option in options)
        {
            if (result.GetValue(option) is not { } path)
                continue;
            if (Directory.Exists(path))
                throw new IOException($"{option.Name}: {path} is a folder; name a file.");
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"{option.Name}: there is no folder {folder}.");
        }
    }

    public static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
