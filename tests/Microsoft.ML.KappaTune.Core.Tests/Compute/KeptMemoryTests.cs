namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>What a step frees is there for the next one, on the process's first thread; a process of its own has it.</summary>
public class KeptMemoryTests
{
    [Theory]
    [InlineData("first", true)]
    [InlineData("other", false)]
    public void A_large_block_that_was_freed_is_used_again(string thread, bool isKept)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Page faults are asked of Linux.");
        (int exitCode, string output, string errors) = LoaderProcess.Run(AppContext.BaseDirectory, ["faults", thread]);
        Assert.True(exitCode == 0, errors);
        long[] faults = [.. output.Split(' ').Select(long.Parse)];
        // A page of 2 MB is one fault, where the system has such.
        Assert.True(isKept ? faults[1] <= faults[0] / 2 + 64 : faults[1] >= faults[0] / 2, output);
    }
}
