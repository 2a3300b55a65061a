using System.Diagnostics;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Retention.Statistics;
using Microsoft.ML.KappaTune.Tests.Adapters.Lora;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>What is measured of a model in training, against what a report says of it. Counts the process's tensors.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ControlMeterTests : IDisposable
{
    private const ControlMeasures All = ControlMeasures.Loss | ControlMeasures.Divergence | ControlMeasures.Drift;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Whether it is a sentence encoder, and the first stage that trains: embeddings, two layers, head.</summary>
    public static TheoryData<bool, int> Stages => new()
    {
        { false, 0 }, { false, 1 }, { false, 2 }, { false, 3 }, { true, 0 }, { true, 1 }, { true, 2 }, { true, 3 },
    };

    [Theory, MemberData(nameof(Stages))]
    public void It_agrees_with_the_report_whichever_stage_trains_first(bool isSentenceEncoder, int firstTrained)
    {
        using var sample = new Sample(_folder, isSentenceEncoder);
        using ControlMeter meter = sample.NewMeter(All, firstTrained);
        AssertZero(meter.Measure(CancellationToken.None));
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in sample.Model.named_parameters())
            {
                if (sample.Model.StageOf(name) >= firstTrained)
                    parameter.mul_(0.8f);
            }
        }

        ControlReading reading = meter.Measure(CancellationToken.None);
        RetentionReport report = sample.Report();
        Assert.Equal(report.Loss!.Difference.Value / report.Loss.Before.Value, reading.LossIncrease!.Value.Value, 1e-9);
        Assert.Equal(report.Divergence!.Value, reading.Divergence!.Value.Value, 1e-9);
        Assert.Equal(report.Drift[^1].CosineDistance.Value, reading.Drift!.Value.Value, 1e-9);
        // Only the head changed, which the base's objective doesn't see.
        Assert.Equal(firstTrained < 3, reading.Divergence.Value.Value > 1e-4);
        // The middle 95 % of resampled means are about as wide as four standard errors.
        foreach ((RetentionEstimate drawn, RatioEstimate estimate) in ((RetentionEstimate, RatioEstimate)[])
            [(report.Divergence, reading.Divergence.Value), (report.Drift[^1].CosineDistance, reading.Drift.Value)])
            Assert.InRange(drawn.High - drawn.Low, 3 * estimate.StandardError, 5 * estimate.StandardError);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Adapters_are_a_part_of_the_model(bool isSentenceEncoder)
    {
        using var sample = new Sample(_folder, isSentenceEncoder);
        foreach (Parameter parameter in sample.Model.parameters())
            parameter.requires_grad = false;
        using LoraAdapters adapters = LoraAdapters.Attach(
            sample.Model, ["bert.encoder.layer.1.attention.self.query.weight", "bert.encoder.layer.1.output.dense.weight"],
            TuningMethod.Lora(rank: 2), seed: 1);
        using ControlMeter meter = sample.NewMeter(All, firstTrained: 2);
        AssertZero(meter.Measure(CancellationToken.None));
        LoraSample.Train(adapters);
        ControlReading reading = meter.Measure(CancellationToken.None);
        RetentionReport report = sample.Report();
        Assert.Equal(report.Loss!.Difference.Value / report.Loss.Before.Value, reading.LossIncrease!.Value.Value, 1e-9);
        Assert.Equal(report.Divergence!.Value, reading.Divergence!.Value.Value, 1e-9);
        Assert.Equal(report.Drift[^1].CosineDistance.Value, reading.Drift!.Value.Value, 1e-9);
        Assert.True(reading.Drift.Value.Value > 1e-3, $"{reading.Drift}");
    }

    [Theory]
    [InlineData((int)ControlMeasures.Loss)]
    [InlineData((int)ControlMeasures.Divergence)]
    [InlineData((int)ControlMeasures.Drift)]
    public void What_isn_t_asked_for_isn_t_measured_and_changes_nothing(int measure)
    {
        var measures = (ControlMeasures)measure;
        using var sample = new Sample(_folder, isSentenceEncoder: false);
        using ControlMeter all = sample.NewMeter(All, 1), one = sample.NewMeter(measures, 1);
        using (no_grad())
            sample.Model.get_parameter("bert.encoder.layer.0.output.dense.weight")!.mul_(0.5f);
        ControlReading expected = all.Measure(CancellationToken.None), reading = one.Measure(CancellationToken.None);
        Assert.Equal(measures is ControlMeasures.Loss ? expected.LossIncrease : null, reading.LossIncrease);
        Assert.Equal(measures is ControlMeasures.Divergence ? expected.Divergence : null, reading.Divergence);
        Assert.Equal(measures is ControlMeasures.Drift ? expected.Drift : null, reading.Drift);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void The_model_is_left_in_its_mode_with_its_weights(bool isTraining)
    {
        using var sample = new Sample(_folder, isSentenceEncoder: false);
        sample.Model.train(isTraining);
        float[][] before = Values();
        using ControlMeter meter = sample.NewMeter(All, 1);
        Assert.Equal(isTraining, sample.Model.training);
        meter.Measure(CancellationToken.None);
        Assert.Equal(isTraining, sample.Model.training);
        Assert.Throws<OperationCanceledException>(() => meter.Measure(new(canceled: true)));
        Assert.All(sample.Model.modules(), module => Assert.Equal(isTraining, module.training));
        Assert.Equal(before, Values());
        Assert.All(sample.Model.parameters(), parameter => Assert.True(parameter.requires_grad));

        float[][] Values() => [.. sample.Model.parameters().Select(parameter => parameter.detach().data<float>().ToArray())];
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Memory_stays_flat_over_hundreds_of_measurements(bool isSentenceEncoder)
    {
        using var threads = new ThreadSetting(1);
        long before = LiveTensors.Settled();
        using (var sample = new Sample(_folder, isSentenceEncoder))
        {
            using (ControlMeter meter = sample.NewMeter(All, firstTrained: 1))
            {
                Measure(meter, 50);
                long tensors = LiveTensors.Settled(), growth = long.MaxValue;
                // The runtime takes some megabytes for compiled code, more of them at times: a leak would be in each of the three.
                for (int i = 0; i < 3; i++)
                {
                    long resident = NativeBytes();
                    Measure(meter, 200);
                    Assert.Equal(tensors, LiveTensors.Settled());
                    growth = Math.Min(growth, NativeBytes() - resident);
                }

                // A layer's states left in each measurement would be 34 MB.
                Assert.InRange(growth, long.MinValue, 20 << 20);
            }
        }

        LiveTensors.AssertAre(before);

        static void Measure(ControlMeter meter, int times)
        {
            for (int i = 0; i < times; i++)
                meter.Measure(CancellationToken.None);
        }
    }

    private static void AssertZero(ControlReading reading) => Assert.All(
        (RatioEstimate?[])[reading.LossIncrease, reading.Divergence, reading.Drift], estimate => Assert.Equal(new(0, 0), estimate));

    /// <summary>Resident memory without the managed heap, which grows and shrinks as the runtime sees fit.</summary>
    private static long NativeBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }

    /// <summary>A model with a control text: a head for words, or pairs of sentences.</summary>
    private sealed class Sample : IDisposable
    {
        private readonly Checkpoint _checkpoint;
        private readonly RetentionProbe _probe;
        private readonly MaskedLanguageModel? _language;

        public Sample(TemporaryFolder folder, bool isSentenceEncoder)
        {
            string path = isSentenceEncoder ? SentenceEncoder.Write(folder) : TinyModel.Write(folder);
            _checkpoint = Checkpoint.Open(path);
            var random = new Random(7);
            ControlSource text = isSentenceEncoder ? ControlSource.FromTexts("pairs", [SentenceEncoder.Text(40)])
                : ControlSource.FromTexts("words", [string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..], 40 * 22 + 14))]);
            _probe = RetentionProbe.Create(
                _checkpoint, EncoderConfig.Read(path), HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null)), text);
            _language = isSentenceEncoder ? null : MaskedLanguageModel.Load(_checkpoint);
            _language?.eval();
            Model = SequenceClassifier.Load(_checkpoint, 2, seed: 1, resetHead: true);
        }

        public SequenceClassifier Model { get; }

        public ControlMeter NewMeter(ControlMeasures measures, int firstTrained) =>
            new(_probe, measures, Model, _language is null ? null : _language.Head, firstTrained);

        public RetentionReport Report() => _probe.Measure(_checkpoint, Model.Encoder, CancellationToken.None);

        public void Dispose()
        {
            Model.Dispose();
            _language?.Dispose();
            _checkpoint.Dispose();
        }
    }
}
