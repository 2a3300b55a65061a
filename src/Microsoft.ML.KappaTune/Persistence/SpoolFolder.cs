namespace Microsoft.ML.KappaTune.Persistence;

/// <summary>A folder for files of a model while it is saved or loaded; for its user only, and gone afterwards.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="besides">A stream that ML.NET has open: where it is a temporary file, ours are put in the same folder, which the
    /// context's <c>TempFilePath</c> decides about.</param>
    public SpoolFolder(Stream? besides = null)
    {
        string parent = (besides as FileStream)?.Name is { } file ? System.IO.Path.GetDirectoryName(file)! : System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(parent, $"kappatune-{Guid.NewGuid():N}");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, UserOnly);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
