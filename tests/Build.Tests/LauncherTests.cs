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
}
