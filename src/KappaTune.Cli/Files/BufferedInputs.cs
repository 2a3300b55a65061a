namespace KappaTune.Cli.Files;

/// <summary>What can be read only once, kept in files for as long as a command runs.</summary>
internal sealed class BufferedInputs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kappatune-");

    /// <summary>Reads it to its end.</summary>
    /// <returns>The path of the file that has it now.</returns>
    public string Keep(NamedFile input)
    {
        // Messages name the file: its name is to say what it is.
        string name = input.IsStream ? "standard input" : Path.GetFileName(input.Path);
        string folder = _folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;
        using Stream source = input.Open();
        using FileStream kept = File.Create(Path.Combine(folder, name));
        source.CopyTo(kept);
        return kept.Name;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
