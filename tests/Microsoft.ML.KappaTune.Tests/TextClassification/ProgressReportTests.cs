using System.Reflection;
using Microsoft.ML.KappaTune.TextClassification;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>What ML.NET's own progress channel is told of a run.</summary>
public class ProgressReportTests
{
    private static readonly TuningProgress Training =
        new(TuningPhase.Training, 40, 400, 2, 10, 0.5, 1e-4, 100, TimeSpan.FromMinutes(1), null, null);

    private static readonly BudgetPoint Keeping = new()
    {
        Step = 40,
        TrainingLoss = 0.5,
        Measured = new() { LossIncrease = 0.0122 },
        Used = 0.61,
        Expected = 0.9,
        Action = BudgetAction.None,
        LearningRate = 1e-4,
    };

    [Fact]
    public void Whoever_asks_is_told_of_learning_and_keeping()
    {
        using var channel = new Channel();
        using var report = new ProgressReport(channel.Host, null);
        Assert.Equal(["Loss", "Budget used", "epochs", "steps"], [.. channel.Header!.MetricNames, .. channel.Header.UnitNames]);
        Assert.Empty(channel.Ask().Values);
        report.Report(Training);
        Assert.Equal(
            new() { ["Loss"] = 0.5, ["epochs"] = 2, ["of epochs"] = 10, ["steps"] = 40, ["of steps"] = 400 }, channel.Ask().Values);
        report.Report(Training with { Keeping = Keeping, Used = Keeping.Used });
        Assert.Equal(0.61, channel.Ask().Values["Budget used"]);
        report.Report(Training with { Phase = TuningPhase.Deciding });
        Assert.Empty(channel.Ask().Values);
        report.Report(Training with { Phase = TuningPhase.EncoderAlone });
        Assert.Equal(400, channel.Ask().Values["of steps"]);
    }

    [Fact]
    public void An_epoch_s_end_is_a_checkpoint_of_metrics_then_places_then_ends()
    {
        using var channel = new Channel();
        var seen = new List<TuningProgress>();
        using var report = new ProgressReport(channel.Host, seen.Add);
        TuningProgress validated = Training with { Phase = TuningPhase.Validated, Validation = new(0.4, 0.8, 0.7) };
        report.Report(validated);
        report.Report(validated with { Keeping = Keeping, Used = Keeping.Used });
        report.Report(Training);
        Assert.Equal([[0.4, null, 2, 40, 10, 400], [0.4, 0.61, 2, 40, 10, 400]], channel.Checkpoints);
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void Who_writes_transcripts_is_told_of_their_errors_too()
    {
        using var channel = new Channel();
        using var report = new ProgressReport(channel.Host, null, writesTranscripts: true);
        Assert.Equal(["Loss", "Budget used", "Word error rate"], channel.Header!.MetricNames);
        var errors = new TranscriptErrors(new(1, 0, 0, 4), default, default, default);
        report.Report(Training with { Phase = TuningPhase.Validated, Validation = new(0.4, 0.8, 0.7) { Transcripts = errors } });
        Assert.Equal([[0.4, null, 0.25, 2, 40, 10, 400]], channel.Checkpoints);
        Assert.Equal(0.25, channel.Ask().Values["Word error rate"]);
    }

    /// <summary>A host's only channel.</summary>
    private sealed class Channel : IProgressChannel
    {
        private Action<IProgressEntry>? _fill;

        public Channel()
        {
            Host = DispatchProxy.Create<IHost, HostOf>();
            ((HostOf)Host).Channel = this;
        }

        public IHost Host { get; }

        public ProgressHeader? Header { get; private set; }

        public List<double?[]> Checkpoints { get; } = [];

        public Entry Ask()
        {
            var entry = new Entry(Header!);
            _fill!(entry);
            return entry;
        }

        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) => (Header, _fill) = (header, fillAction);

        public void Checkpoint(params double?[] values) => Checkpoints.Add(values);

        public IProgressChannel StartProgressChannel(string name) => throw new NotSupportedException(name);

        public void Dispose()
        {
        }
    }

    private sealed class Entry(ProgressHeader header) : IProgressEntry
    {
        public Dictionary<string, double> Values { get; } = [];

        public void SetProgress(int index, double value) => Values[header.UnitNames[index]] = value;

        public void SetProgress(int index, double value, double lim)
        {
            SetProgress(index, value);
            Values[$"of {header.UnitNames[index]}"] = lim;
        }

        public void SetMetric(int index, double value) => Values[header.MetricNames[index]] = value;
    }

    /// <summary>A host that has a channel and nothing else. Proxies are made of a class that isn't sealed.</summary>
    public class HostOf : DispatchProxy
    {
        internal IProgressChannel? Channel { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType == typeof(IProgressChannel)
            ? Channel
            : throw new NotSupportedException(targetMethod.Name);
    }
}
