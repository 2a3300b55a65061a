using System.Text.Json;

/// <summary>Which packages a build takes, by evaluating the projects: those for CUDA can't be restored everywhere.</summary>
public class PackageTests
{
    [Theory]
    [InlineData("", "libtorch-cpu-linux-x64")]
    [InlineData("-p:Cuda=true", "TorchSharp-cuda-linux")]
    public void A_program_takes_libtorch_for_its_system_alone(string cuda, string libtorch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The package depends on the operating system.");
        string[] packages = Packages("src/KappaTune.Cli", cuda);
        Assert.Contains("TorchSharp", packages);
        Assert.Equal([libtorch], packages.Where(IsLibtorch));
    }

    [Theory]
    [InlineData("src/Microsoft.ML.KappaTune")]
    [InlineData("src/Microsoft.ML.KappaTune.Core")]
    public void A_library_leaves_libtorch_to_the_program(string project) => Assert.DoesNotContain(Packages(project), IsLibtorch);

    [Theory]
    [InlineData("Microsoft.ML", "5.0.1")]
    [InlineData("Microsoft.ML.Tokenizers", "2.0.1")]
    [InlineData("TorchSharp", "0.107.0")]
    [InlineData("TorchSharp-cuda-linux", "0.107.0")]
    [InlineData("TorchSharp-cuda-windows", "0.107.0")]
    public void Versions_are_stated_once(string package, string version)
    {
        string json = Evaluate("src/KappaTune.Cli", "-getItem:PackageVersion");
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement found = Assert.Single(
            document.RootElement.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray(),
            item => item.GetProperty("Identity").GetString() == package);
        Assert.Equal(version, found.GetProperty("Version").GetString());
    }

    [Fact]
    public void The_package_sources_are_the_users_own()
    {
        string settings = File.ReadAllText(Path.Combine(Repository.Root, "NuGet.config"));
        Assert.DoesNotContain("packageSources", settings, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", settings, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLibtorch(string package) =>
        package.StartsWith("libtorch-", StringComparison.Ordinal) || package.StartsWith("TorchSharp-", StringComparison.Ordinal);

    private static string[] Packages(string project, params string[] properties)
    {
        string json = Evaluate(project, [.. properties, "-getItem:PackageReference"]);
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)];
    }

    private static string Evaluate(string project, params string[] arguments)
    {
        string[] all = ["msbuild", project, "-nologo", "-nodeReuse:false", .. arguments.Where(argument => argument.Length > 0)];
        (int exitCode, string output) = Repository.Run("dotnet", all, ("Cuda", null));
        Assert.True(exitCode == 0, output);
        return output;
    }
}
