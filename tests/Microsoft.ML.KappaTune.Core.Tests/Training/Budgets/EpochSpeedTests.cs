using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>The rows a second of an epoch are those of its steps, whatever a budget takes beside them.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class EpochSpeedTests : IDisposable
{
    // By the clock of these tests a step takes a second, and a probe or a measurement a thousand.
    private const double KeepingSeconds = 1000;

    private readonly BudgetedTask _task = new();

    public void Dispose() => _task.Dispose();

    [Fact]
    public void Probes_and_measurements_are_not_training()
    {
        TuningReport report = Tune(_task.Probed)!;
        AssertSteps(report);
        int kept = report.Budget!.Probes.Count + report.Budget.Course.Count;
        Assert.InRange(report.Epochs.Sum(epoch => epoch.Elapsed.TotalSeconds), kept * KeepingSeconds, double.MaxValue);
    }

    [Theory]
    [InlineData("Probe at")]
    [InlineData("Step ")]
    [InlineData("Epoch 2 of")]
    public void Nor_are_they_where_a_run_was_cancelled_and_goes_on(string line)
    {
        TuningOptions kept = _task.Probed with { CheckpointDirectory = _task.Tiny.States, CheckpointEvery = 25, Resume = true };
        TuningReport? cancelled = Tune(kept, line);
        Assert.True(cancelled is null or { Stop: TuningStop.Cancelled }, $"{cancelled?.Stop}");
        AssertSteps(Tune(kept)!);
    }

    /// <summary>300 rows in 38 steps of a second each.</summary>
    private void AssertSteps(TuningReport report)
    {
        Assert.Equal(BudgetedTask.Epochs, report.Epochs.Count);
        double expected = (double)_task.Tiny.Train.Length / BudgetedTask.StepsPerEpoch;
        Assert.All(report.Epochs, epoch => Assert.Equal(expected, epoch.RowsPerSecond, 1e-9));
    }

    /// <summary>What comes of a run that is cancelled with a line of its log; null where that is an exception.</summary>
    private TuningReport? Tune(TuningOptions options, string? cancelledWith = null)
    {
        var clock = new ReadClock();
        using var source = new CancellationTokenSource();
        TextClassificationRequest request = _task.Tiny.Task(options with { CancellationToken = source.Token }) with
        {
            Clock = clock,
            Log = line =>
            {
                if (line.StartsWith("Probe at", StringComparison.Ordinal) || line.StartsWith("Step ", StringComparison.Ordinal))
                    clock.Advance(KeepingSeconds);
                if (cancelledWith is not null && line.StartsWith(cancelledWith, StringComparison.Ordinal))
                    source.Cancel();
            },
        };
        try
        {
            return _task.Tune(request).Report;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Goes on by a second whenever it is read, as it is before and after a step.</summary>
    private sealed class ReadClock : TimeProvider
    {
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            Advance(1);
            return _now.Ticks;
        }

        public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds);
    }
}
