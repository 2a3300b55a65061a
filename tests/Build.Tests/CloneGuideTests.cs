using System.Xml.Linq;

/// <summary>What the guide says of programs that reference a clone.</summary>
public class CloneGuideTests
{
    private const string Heading = "## From a clone\n", Begin = "```xml\n", End = "```";

    // A program takes TorchSharp by the package that brings libtorch, too.
    private const string Torch = "TorchSharp", WithLibtorch = "TorchSharp-cpu";

    [Fact]
    public void Assemblies_need_these_packages_in_these_versions()
    {
        XElement[] documents = [.. Blocks().Select(block => XElement.Parse($"<Project>{block}</Project>"))];
        XElement projects = documents[0], assemblies = documents[1];
        string[] names = [.. Includes(projects, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))];
        Assert.Equal(names.Order(), Includes(assemblies, "Reference").Select(path => path.Split('/')[3]).Order());
        Dictionary<string, string> versions = Load("Directory.Packages.props").Descendants("PackageVersion")
            .ToDictionary(item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value);
        string[] needed =
        [
            .. names.Append("Microsoft.ML.KappaTune.Core")
                .SelectMany(name => Includes(Load($"src/{name}/{name}.csproj"), "PackageReference")).Distinct()
                .Select(package => $"{(package == Torch ? WithLibtorch : package)} {versions[package]}").Order(),
        ];
        Assert.Contains($"{WithLibtorch} {versions[Torch]}", needed);
        Assert.Equal(
            needed,
            assemblies.Descendants("PackageReference")
                .Select(item => $"{item.Attribute("Include")!.Value} {item.Attribute("Version")!.Value}").Order());
    }

    /// <summary>The XML that the part of the guide shows: with projects, and with assemblies.</summary>
    private static IEnumerable<string> Blocks()
    {
        string guide = File.ReadAllText(Path.Combine(Repository.Root, "docs/guide.md")).ReplaceLineEndings("\n");
        return guide.Split(Heading)[1].Split(Begin)[1..].Select(block => block[..block.IndexOf(End, StringComparison.Ordinal)]);
    }

    private static XElement Load(string file) => XElement.Load(Path.Combine(Repository.Root, file));

    private static IEnumerable<string> Includes(XElement project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")!.Value);
}
