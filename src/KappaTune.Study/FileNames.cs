namespace Microsoft.ML.KappaTune.Study;

/// <summary>What files are called in a report.</summary>
internal static class FileNames
{
    /// <summary>Of <c>gutenberg/heldout.txt</c>: <c>gutenberg heldout</c>, for many a file is called <c>test</c>.</summary>
    public static string Title(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string? folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        return string.IsNullOrEmpty(folder) ? name : $"{folder} {name}";
    }
}
