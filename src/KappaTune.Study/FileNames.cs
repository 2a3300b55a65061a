namespace Microsoft.ML.KappaTune.Study;

/// <summary>What files are called in a report.</summary>
internal static class FileNames
{
    /// <summary>
    /// Each file's name without its ending; of files that share one, with their folder's, so that <c>gutenberg/test.txt</c> is
    /// <c>gutenberg test</c> beside another <c>test.txt</c>.
    /// </summary>
    public static string[] Titles(IReadOnlyCollection<string> paths)
    {
        ILookup<string, string> known = paths.ToLookup(Name);
        return [.. paths.Select(path => known[Name(path)].Count() == 1 ? Name(path) : $"{Folder(path)} {Name(path)}".TrimStart())];
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static string? Folder(string path) => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
}
