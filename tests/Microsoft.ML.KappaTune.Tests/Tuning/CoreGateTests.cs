using Microsoft.ML.KappaTune.Tuning;

namespace Microsoft.ML.KappaTune.Tests.Tuning;

public sealed class CoreGateTests
{
    [Theory]
    [InlineData(4, 1, 4)]
    [InlineData(4, 2, 2)]
    [InlineData(4, 3, 1)]
    [InlineData(4, 16, 1)]
    public void As_many_compute_at_once_as_the_cores_allow(int cores, int threads, int expected)
    {
        var gate = new CoreGate(cores);
        int running = 0, most = 0;
        using var full = new CountdownEvent(expected);
        Thread[] callers = [.. Enumerable.Range(0, 20).Select(_ => new Thread(() =>
        {
            using CoreGate.Turn turn = gate.Enter(threads);
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            // The first ones stay until the gate is full, so that it must have let in as many.
            if (!full.IsSet)
            {
                full.Signal();
                full.Wait(TestContext.Current.CancellationToken);
            }

            Interlocked.Decrement(ref running);
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        Assert.Equal(expected, most);
    }

    [Fact]
    public void Who_waits_longest_goes_first()
    {
        var gate = new CoreGate(2);
        var order = new List<int>();
        CoreGate.Turn first = gate.Enter(1);
        // One that needs both cores waits; the small ones behind it must not overtake it, though there is room for them.
        Thread[] callers = [.. new[] { 2, 1, 1 }.Select((threads, i) => new Thread(() =>
        {
            using CoreGate.Turn turn = gate.Enter(threads);
            lock (order)
                order.Add(i);
        }))];
        foreach (Thread caller in callers)
        {
            caller.Start();
            SpinWait.SpinUntil(() => caller.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        }

        Assert.Empty(order);
        first.Dispose();
        Array.ForEach(callers, caller => caller.Join());
        Assert.Equal(0, order[0]);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen;)
            seen = Interlocked.CompareExchange(ref most, value, seen) is var before && before == seen ? value : before;
    }
}
