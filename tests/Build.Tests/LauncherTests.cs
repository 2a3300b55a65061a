/// <summary>What the launchers say when the machine is not as it should be.</summary>
public class LauncherTests
{
    [Fact]
    public void A_machine_without_Node_is_told_what_the_build_needs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The launchers are bash scripts for Linux.");
        // A machine with the shell's own tools and the SDK, and nothing else: no Node.js, and no apt-get to install it.
        string tools = Directory.CreateTempSubdirectory("kappatune-test-").FullName;
        try
        {
            foreach (string tool in (string[])["bash", "dirname", "readlink", "id", "tr", "cat", "ls", "mkdir", "dotnet"])
                File.CreateSymbolicLink(Path.Combine(tools, tool), Find(tool));
            (int exitCode, string output) = Repository.Run("bash", ["kappatune", "info"], ("PATH", tools));
            Assert.Equal(1, exitCode);
            Assert.Contains("The build needs: nodejs npm (Debian's names)", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(tools, recursive: true);
        }
    }

    private static string Find(string tool) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, tool)).First(File.Exists);
}
