namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>How libgomp's threads wait is set in whatever program uses the library, before libtorch is there to read it.</summary>
public class IdleThreadsTests
{
    [Fact]
    public void A_short_spin_is_set_before_libtorch_is_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libgomp is Linux's.");
        Assert.Equal("1000, no libtorch yet", Variable("GOMP_SPINCOUNT"));
    }

    [Theory]
    [InlineData("GOMP_SPINCOUNT", "7", "7")]
    [InlineData("OMP_WAIT_POLICY", "ACTIVE", "none")]
    [InlineData("KMP_BLOCKTIME", "0", "none")]
    public void What_the_user_sets_stays(string name, string value, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libgomp is Linux's.");
        Assert.Equal($"{expected}, no libtorch yet", Variable("GOMP_SPINCOUNT", (name, value)));
        Assert.Equal($"{value}, no libtorch yet", Variable(name, (name, value)));
    }

    private static string Variable(string name, params (string Name, string? Value)[] variables)
    {
        (string, string?)[] own = [("GOMP_SPINCOUNT", null), ("OMP_WAIT_POLICY", null), .. variables];
        (int exitCode, string output, string errors) = LoaderProcess.Run(AppContext.BaseDirectory, ["variable", name], own);
        Assert.True(exitCode == 0, errors);
        return output;
    }
}
