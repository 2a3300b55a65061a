using Microsoft.ML.KappaTune.Pretraining;

namespace Microsoft.ML.KappaTune.Tests.Pretraining;

/// <summary>A run that is interrupted and resumed is the run that isn't. With dropout and windows of several lengths.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class PretrainingResumeTests : IDisposable
{
    private readonly TinyCorpus _corpus = new();
    private readonly PretrainingOptions _options;

    public PretrainingResumeTests() =>
        _options = _corpus.Options with { MaximumTokens = 24, ShortShare = 0.5, Dropout = 0.1, Steps = 15, CheckpointEvery = 4 };

    public void Dispose() => _corpus.Dispose();

    [Theory, InlineData(1), InlineData(4), InlineData(13)]
    public void Cancelled_and_resumed_is_bit_for_bit_uninterrupted(int step)
    {
        PretrainingReport whole = Pretrainer.Run(_corpus.Task(_options, "whole"));
        Cancel(step);
        Assert.False(Directory.Exists(_corpus["model"]));
        int first = int.MaxValue;
        PretrainingReport resumed = Pretrainer.Run(_corpus.Task(_options) with
        {
            Resume = true,
            Progress = p => first = Math.Min(first, p.HeldOut is null ? p.Step : int.MaxValue),
        });
        Assert.Equal(step + 1, first);
        Assert.Equal(whole.Losses, resumed.Losses);
        Assert.Equal(whole.Measured, resumed.Measured);
        Assert.Equal(whole.TokensSeen, resumed.TokensSeen);
        Assert.Equal(_corpus.WeightsOf("whole"), _corpus.WeightsOf());
        Assert.False(Directory.Exists(_corpus.Task().StateFolder), "the state of a run that has ended stays");
    }

    [Fact]
    public void After_a_crash_it_goes_on_from_the_last_state()
    {
        Pretrainer.Run(_corpus.Task(_options, "whole"));
        Assert.Throws<InvalidTimeZoneException>(() => Pretrainer.Run(_corpus.Task(_options) with
        {
            Progress = p =>
            {
                if (p.Step == 11)
                    throw new InvalidTimeZoneException();
            },
        }));
        int first = int.MaxValue;
        Pretrainer.Run(_corpus.Task(_options) with { Resume = true, Progress = p => first = Math.Min(first, p.Step) });
        Assert.Equal(9, first);
        Assert.Equal(_corpus.WeightsOf("whole"), _corpus.WeightsOf());
    }

    [Fact]
    public void A_state_is_not_thrown_away_unasked()
    {
        Cancel(2);
        var e = Assert.Throws<InvalidOperationException>(() => Pretrainer.Run(_corpus.Task(_options)));
        Assert.Contains("--resume", e.Message);
    }

    [Fact]
    public void Without_a_state_resuming_begins()
    {
        PretrainingReport report = Pretrainer.Run(_corpus.Task(_options) with { Resume = true });
        Assert.Equal(15, report.Steps);
    }

    [Fact]
    public void A_state_of_another_run_is_refused_and_named()
    {
        Cancel(2);
        Refused(_corpus.Task(_options with { LearningRate = 2e-2 }), "learningRate");
        Refused(_corpus.Task(_options with { Steps = null, Epochs = 3 }), "epochs");
        Refused(_corpus.Task(_options with { WholeWords = false }), "wholeWords");
        Refused(_corpus.Task(_options with { Seed = 5 }), "seed");
        Refused(_corpus.Task(_options) with { Corpus = _corpus.HeldOut }, "the corpus");
        Refused(_corpus.Task(_options) with { HeldOut = _corpus.Text }, "the held-out text");
        File.AppendAllText(Path.Combine(_options.Tokenizer!, "vocab.txt"), "mouse\n");
        Refused(_corpus.Task(_options), "the tokenizer");
    }

    private static void Refused(PretrainingRequest task, string what)
    {
        var e = Assert.Throws<TrainingStateMismatchException>(() => Pretrainer.Run(task with { Resume = true }));
        Assert.Equal(what, e.What);
    }

    private void Cancel(int step)
    {
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(_corpus.Task(_options) with
        {
            CancellationToken = source.Token,
            Progress = p =>
            {
                if (p.Step == step && p.HeldOut is null)
                    source.Cancel();
            },
        }));
    }
}
