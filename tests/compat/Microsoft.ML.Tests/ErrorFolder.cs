/// <summary>An empty folder for the files of the error cases; gone when the tests have run.</summary>
public sealed class ErrorFolder : IDisposable
{
    public string Path => ErrorCases.Folder;

    public void Dispose() => Directory.Delete(ErrorCases.Folder, recursive: true);
}
