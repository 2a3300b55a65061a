using Microsoft.ML.KappaTune.Compute;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

[Collection(nameof(ProcessSettings))]
public sealed class ScoringThreadsTests
{
    private const double Little = 1e6, Much = 1e12;

    [Theory]
    [InlineData(3, Little, 1)]
    [InlineData(3, Much, 3)]
    [InlineData(1, Little, 1)]
    [InlineData(1, Much, 1)]
    public void A_short_text_gets_one_thread_and_more_work_all_that_are_set(int set, double operations, int expected)
    {
        using var setting = new ThreadSetting(set);
        int within = 0, fresh = 0;
        float[] values = ScoringThreads.Run(CPU, operations, () =>
        {
            within = get_num_threads();
            Assert.False(is_grad_enabled());
            return ones(2, 1) * 3;
        });
        Assert.Equal([3f, 3f], values);
        var other = new Thread(() => fresh = get_num_threads());
        other.Start();
        other.Join();
        Assert.Equal((expected, set, set), (within, get_num_threads(), fresh));
    }

    [Fact]
    public void Several_short_texts_are_computed_at_once_and_only_one_caller_has_all_cores()
    {
        Assert.Equal(Environment.ProcessorCount, MaximumAtOnce(Little, Environment.ProcessorCount));
        Assert.Equal(1, MaximumAtOnce(Much, 1));
    }

    [Theory]
    [InlineData(Little)]
    [InlineData(Much)]
    public void An_exception_reaches_the_caller_as_it_was_thrown(double operations)
    {
        using var setting = new ThreadSetting(2);
        var thrown = new InvalidOperationException("here");
        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => ScoringThreads.Run(CPU, operations, () => throw thrown)));
    }

    /// <summary>How many of some callers compute at the same time; the first of them stay until there are as many as expected.</summary>
    private static int MaximumAtOnce(double operations, int together)
    {
        int arrived = 0, running = 0, most = 0;
        using var full = new CountdownEvent(together);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Thread[] callers = [.. Enumerable.Range(0, together + 8).Select(_ => new Thread(() =>
        {
            set_num_threads(2);
            ScoringThreads.Run(CPU, operations, () =>
            {
                int now = Interlocked.Increment(ref running);
                for (int seen = most; now > seen; seen = most)
                    Interlocked.CompareExchange(ref most, now, seen);
                if (Interlocked.Increment(ref arrived) <= together)
                {
                    full.Signal();
                    full.Wait(cancellation);
                }

                Interlocked.Decrement(ref running);
                return zeros(1);
            });
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
        return most;
    }
}
