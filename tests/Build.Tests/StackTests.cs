using System.Text.Json;

/// <summary>The two stacks differ in where the libraries come from and in nothing else.</summary>
public class StackTests
{
    [Fact]
    public void The_system_stack_takes_every_library_from_compat()
    {
        (string[] packages, string[] projects) = References("tests/compat/TorchSharp.Tests", "-p:Stack=system");
        Assert.Contains("TorchSharp", projects);
        Assert.DoesNotContain(packages, name => name.StartsWith("TorchSharp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "TorchSharp-cpu")]
    [InlineData("-p:Cuda=true", "TorchSharp-cuda-linux")]
    public void The_nuget_stack_takes_the_packages_of_the_same_names(string cuda, string libtorch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || cuda.Length == 0, "The CUDA package depends on the operating system.");
        (string[] packages, string[] projects) = References("src/KappaTune.Tool", "-p:Stack=nuget", cuda);
        Assert.Contains("TorchSharp", packages);
        Assert.Contains("Microsoft.ML", packages);
        Assert.Single(packages, name => name.StartsWith("TorchSharp-", StringComparison.Ordinal));
        Assert.Contains(libtorch, packages);
        Assert.DoesNotContain(projects, name => name is "TorchSharp" or "Microsoft.ML");
    }

    [Fact]
    public void A_saveable_transformer_compiles_against_a_publicized_core_on_the_nuget_stack()
    {
        string json = Evaluate("tests/compat/Microsoft.ML.Tests.Extension", "-p:Stack=nuget", "-getItem:Publicize");
        Assert.Equal(["Microsoft.ML.Core"], Names(json, "Publicize"));
    }

    [Fact]
    public void No_source_of_the_product_asks_which_stack_it_is_built_on()
    {
        string[] conditional =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal))),
        ];
        Assert.Empty(conditional);
    }

    [Fact]
    public void The_package_sources_are_the_users_own()
    {
        string settings = File.ReadAllText(Path.Combine(Repository.Root, "NuGet.config"));
        Assert.DoesNotContain("packageSources", settings, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", settings, StringComparison.OrdinalIgnoreCase);
    }

    private static (string[] Packages, string[] Projects) References(string project, params string[] properties)
    {
        string json = Evaluate(project, [.. properties, "-getItem:PackageReference", "-getItem:ProjectReference"]);
        return (Names(json, "PackageReference"), Names(json, "ProjectReference"));
    }

    private static string Evaluate(string project, params string[] arguments)
    {
        string[] all = ["msbuild", project, "-nologo", "-nodeReuse:false", .. arguments.Where(argument => argument.Length > 0)];
        (int exitCode, string output) = Repository.Run("dotnet", all, ("Stack", null), ("Cuda", null));
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static string[] Names(string json, string item)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(value => value.GetProperty("Filename").GetString() + Suffix(value))];

        // A package's name may hold dots: what MSBuild takes for an extension belongs to it, unless it is a project's.
        static string Suffix(JsonElement value) => value.GetProperty("Extension").GetString() is { } extension and not ".csproj" ? extension : "";
    }
}
