using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>What a step frees is there for the next one.</summary>
public class KeptMemoryTests
{
    private const int Bytes = 96 << 20;

    /// <summary>Of 20 times one is enough, because other tests of the process may have taken the memory in between.</summary>
    [Fact]
    public void A_large_block_that_was_freed_is_used_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Page faults are asked of Linux.");
        using var memory = new KeptMemory();
        WriteBlock();
        Assert.InRange(Enumerable.Range(0, 20).Min(_ => WriteBlock()), 0, Bytes / Environment.SystemPageSize / 2);
    }

    [Fact]
    public void It_can_be_disposed_twice_and_in_any_order()
    {
        KeptMemory first = new(), second = new();
        first.Dispose();
        first.Dispose();
        Assert.InRange(WriteBlock(), 0, long.MaxValue);
        second.Dispose();
        Assert.InRange(WriteBlock(), 0, long.MaxValue);
    }

    /// <summary>The pages that this thread had to get from the system for a block that it writes.</summary>
    private static long WriteBlock()
    {
        long before = Faults();
        using Tensor block = empty(Bytes, dtype: ScalarType.Byte);
        block.bytes.Fill(1);
        return Faults() - before;
    }

    /// <summary>The thread's minor page faults (proc(5), field 10 of stat).</summary>
    private static long Faults()
    {
        string status = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[7]);
    }
}
