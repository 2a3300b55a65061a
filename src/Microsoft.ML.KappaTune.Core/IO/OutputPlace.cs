using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>Where a file's name leads: a file that can be replaced, or something that must be written through.</summary>
/// <param name="Path">The file itself where links led to it; otherwise the name as it was.</param>
/// <param name="IsReplaceable">Whether it is a regular file, or isn't there yet.</param>
internal readonly partial record struct OutputPlace(string Path, bool IsReplaceable)
{
    /// <summary>The names by which a process calls its own streams.</summary>
    public const string StandardInput = "/dev/stdin", StandardOutput = "/dev/stdout", StandardError = "/dev/stderr";

    // As the kernel's own limit.
    private const int MaximumLinks = 40;

    /// <summary>The number of the process's own stream that a name means; null for any other file.</summary>
    public static int? StreamOf(string path) => path switch
    {
        StandardInput => 0,
        StandardOutput => 1,
        StandardError => 2,
        _ => StreamName().Match(path) is { Success: true } match && int.TryParse(match.Groups[1].Value, out int number) ? number : null,
    };

    /// <summary>Follows links, also one to a file that isn't there yet.</summary>
    /// <exception cref="IOException">The links go in a circle.</exception>
    public static OutputPlace Resolve(string path)
    {
        string place = System.IO.Path.GetFullPath(path);
        for (int links = 0; links <= MaximumLinks; links++)
        {
            // A stream's name links to what its owner opened. The link isn't followed: the target may be deleted, or have no name.
            if (StreamOf(place) is not null || FileStatus.Read(place).Type is FileType.Device or FileType.Pipe)
                return new(place, IsReplaceable: false);
            string folder = RealFolder(System.IO.Path.GetDirectoryName(place) ?? place);
            place = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(place));
            if (new FileInfo(place).LinkTarget is not { } target)
                return new(place, IsReplaceable: true);
            place = System.IO.Path.Combine(folder, target);
        }

        throw new IOException($"{path} is a link that leads back to itself. Name another place.");
    }

    /// <summary>Resolves the links in a folder's path, because ".." behind a link means the parent of where the link leads.</summary>
    private static string RealFolder(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return folder;
        nint resolved = RealPath(folder, 0);
        if (resolved == 0)
            return folder;
        string real = Marshal.PtrToStringUTF8(resolved)!;
        Free(resolved);
        return real;
    }

    [GeneratedRegex(@"\A/(?:dev/fd|proc/(?:self|[0-9]+)/fd)/([0-9]+)\z")]
    private static partial Regex StreamName();

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
