namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>What a step frees is there for the next one, on a thread that computes in a process of its own.</summary>
public class KeptMemoryTests
{
    [Theory]
    [InlineData("main")]
    [InlineData("other")]
    public void A_large_block_that_was_freed_is_used_again(string thread)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Page faults are asked of Linux.");
        (int exitCode, string output, string errors) = LoaderProcess.Run(AppContext.BaseDirectory, ["faults", thread]);
        Assert.True(exitCode == 0, errors);
        long[] faults = [.. output.Split(' ').Select(long.Parse)];
        Assert.True(faults[1] <= faults[0] / 2 + 64, output);
    }
}
