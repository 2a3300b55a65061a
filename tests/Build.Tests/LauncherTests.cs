/// <summary>What the launchers say when the machine or its settings are not as they should be.</summary>
public class LauncherTests
{
    private static readonly (string, string?)[] CleanEnvironment = [("KAPPATUNE_STACK", null), ("LIBTORCH", null)];

    [Theory]
    [InlineData("kappatune")]
    [InlineData("test")]
    public void An_unknown_stack_is_refused_with_the_values_there_are(string launcher)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The launchers are bash scripts for Linux.");
        (int exitCode, string output) = Repository.Run("bash", [launcher], [.. CleanEnvironment, ("KAPPATUNE_STACK", "neither")]);
        Assert.Equal(1, exitCode);
        Assert.Contains("KAPPATUNE_STACK is 'neither'; it must be 'system' or 'nuget'.", output);
    }

    [Fact]
    public void A_LIBTORCH_without_headers_is_refused_with_what_it_should_hold()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The launchers are bash scripts for Linux.");
        (int exitCode, string output) = Repository.Run(
            "bash", ["kappatune", "info"], [.. CleanEnvironment, ("LIBTORCH", "/nowhere"), ("KAPPATUNE_STACK", "system")]);
        Assert.Equal(1, exitCode);
        Assert.Contains("LIBTORCH is '/nowhere', but there is no include/ATen/ATen.h in it.", output);
    }

    [Theory]
    [InlineData("system")]
    [InlineData("nuget")]
    public void Either_stack_asks_for_what_bundles_the_reports_page(string stack)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The launchers are bash scripts for Linux.");
        // A machine with the shell's own tools and the SDK, and nothing else: no Node.js, and no apt-get to install it.
        string tools = Directory.CreateTempSubdirectory("kappatune-test-").FullName;
        try
        {
            foreach (string tool in (string[])["bash", "dirname", "readlink", "id", "tr", "cat", "ls", "mkdir", "dotnet"])
                File.CreateSymbolicLink(Path.Combine(tools, tool), Find(tool));
            (int exitCode, string output) = Repository.Run(
                "bash", ["kappatune", "info"], [.. CleanEnvironment, ("KAPPATUNE_STACK", stack), ("PATH", tools)]);
            Assert.Equal(1, exitCode);
            Assert.Matches(@"The build needs: (.+ )?nodejs npm .*\(Debian's names\)", output);
        }
        finally
        {
            Directory.Delete(tools, recursive: true);
        }
    }

    private static string Find(string tool) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, tool)).First(File.Exists);
}
