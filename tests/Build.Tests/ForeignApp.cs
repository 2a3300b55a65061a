/// <summary>A console app outside this clone, as a user makes one. Removed in the end.</summary>
internal sealed class ForeignApp : IDisposable
{
    private readonly string _name;

    public ForeignApp(PackedFeed feed, string name, string program)
    {
        _name = name;
        File.WriteAllText(Path.Combine(Folder, $"{name}.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(Folder, "Program.cs"), program);
        // Beside whatever feeds the machine is set up with.
        File.WriteAllText(Path.Combine(Folder, "NuGet.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{feed.Folder}" />
              </packageSources>
            </configuration>
            """);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("kappatune-app-").FullName;

    public void Add(string package, string version) =>
        Repository.MustIn(Folder, "dotnet", ["add", "package", package, "--version", version]);

    public string BuildAndRun() => Repository.MustIn(Folder, "dotnet", ["run", "-c", "Release"]);

    /// <returns>The folder of what is published.</returns>
    public string Publish()
    {
        string published = Path.Combine(Folder, "published");
        Repository.MustIn(Folder, "dotnet", ["publish", $"{_name}.csproj", "-c", "Release", "-o", published]);
        return published;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
