namespace Microsoft.ML.KappaTune.Study;

/// <summary>What files are called in a report.</summary>
internal static class FileNames
{
    /// <summary>
    /// A file's name with its folder's, because many files are called <c>test</c>: <c>gutenberg/heldout.txt</c> is <c>gutenberg
    /// heldout</c>.
    /// </summary>
    public static string Title(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string? folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        return string.IsNullOrEmpty(folder) ? name : $"{folder} {name}";
    }
}
