using System.IO.Compression;
using System.Xml.Linq;

/// <summary>The packages of this clone, packed from what is built into a folder that serves as a feed. Removed in the end.</summary>
public sealed class PackedFeed : IDisposable
{
    private static readonly string[] Projects =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)];

    /// <summary>A version that no other run has, so that the machine's package cache can't answer for it.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    public string Folder { get; } = Directory.CreateTempSubdirectory("kappatune-feed-").FullName;

    public PackedFeed()
    {
        foreach (string project in Projects)
        {
            Repository.Must(
                "dotnet",
                [
                    "pack", project, "-c", "Release", "--no-build", "-o", Folder, $"-p:PackageVersion={Version}", "-v", "quiet",
                    "--nologo",
                ]);
        }

    }

    /// <summary>The names of a package's files, and its description by name and value.</summary>
    public (string[] Files, XElement Metadata) Open(string id, string extension = "nupkg")
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(Folder, $"{id}.{Version}.{extension}"));
        ZipArchiveEntry description = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal));
        using Stream stream = description.Open();
        return ([.. package.Entries.Select(entry => entry.FullName)], XDocument.Load(stream).Root!.Elements().Single());
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string folder in Directory.EnumerateDirectories(cache, "*kappatune*").Select(package => Path.Combine(package, Version)))
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
