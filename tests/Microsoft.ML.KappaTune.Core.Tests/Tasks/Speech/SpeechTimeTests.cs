using System.Collections;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

/// <summary>Transcribing the validation rows belongs to the time that a run takes, and ends when the run is cancelled.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SpeechTimeTests : IDisposable
{
    private const int StepsPerEpoch = 6;

    private readonly TinySpeechTask _tiny = new();
    private readonly SteppedClock _clock = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(0, 30)]
    // 41 s are left of 57 s that are planned, at 1 s and a sixth of 10 s a step.
    [InlineData(10, 21)]
    public void Fewer_steps_are_planned_where_transcripts_take_their_time(double seconds, int steps)
    {
        TuningOptions options = _tiny.Options with { MaximumTime = TimeSpan.FromSeconds(60) };
        (TuningReport report, _) = _tiny.Tune(Timed(options, () => _clock.Advance(seconds)));
        Assert.Equal(steps, report.Losses.Count);
        Assert.Equal(steps < 30 ? TuningStop.OutOfTime : TuningStop.Completed, report.Stop);
        Assert.All(report.Epochs, epoch => Assert.NotNull(epoch.Validation!.Transcripts));
        // What is measured behind the last step is on top.
        Assert.InRange(report.TrainingTime.TotalSeconds, 0, 60 + seconds);
    }

    [Fact]
    public void Transcribing_ends_where_the_run_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        int measurements = 0;
        (TuningReport report, _) = _tiny.Tune(Timed(_tiny.Options with { CancellationToken = cancellation.Token }, () =>
        {
            if (++measurements == 2)
                cancellation.Cancel();
        }));
        Assert.Equal(TuningStop.Cancelled, report.Stop);
        Assert.Equal((1, 2 * StepsPerEpoch), (report.Epochs.Count, report.Losses.Count));
    }

    /// <summary>A run by a clock that goes on by a second a step.</summary>
    /// <param name="transcribes">Called when the transcripts of an epoch begin.</param>
    private SpeechRequest Timed(TuningOptions options, Action transcribes)
    {
        bool isTraining = false;
        TuningOptions timed = options with
        {
            MaxEpochs = 5,
            Progress = progress =>
            {
                // Transcripts are told of, too.
                if (progress.Phase != TuningPhase.Transcribing)
                    isTraining = progress.Phase == TuningPhase.Training;
                if (progress.Phase == TuningPhase.Training)
                    _clock.Advance(1);
            },
        };
        var stop = new WatchedTexts(() =>
        {
            if (!isTraining)
                return;
            isTraining = false;
            transcribes();
        });
        return _tiny.Task(timed) with { Writing = new() { MaxTokens = 4, Stop = stop }, Clock = _clock };
    }

    /// <summary>No texts, which tells when somebody looks for them.</summary>
    private sealed class WatchedTexts(Action read) : IReadOnlyList<string>
    {
        public int Count => 0;

        public string this[int index] => throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<string> GetEnumerator()
        {
            read();
            return Enumerable.Empty<string>().GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
