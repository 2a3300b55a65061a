using System.Diagnostics;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Does one run: the library's own training, measured between its epochs.</summary>
public static class CellRunner
{
    /// <summary>
    /// The learning rate is constant after half an epoch's rise, so that the state after an epoch is that of a training which ends there:
    /// one run serves for all lengths.
    /// </summary>
    internal const string Schedule = "constant, after a rise over half an epoch";

    private const double WarmupEpochs = 0.5;

    /// <summary>Does the run, and writes its result into the comparison's folder.</summary>
    /// <inheritdoc cref="Run"/>
    public static void RunAndSave(CellSpec spec, TaskRows rows, CancellationToken cancellationToken) =>
        new CellFolder(spec.Output).Save(spec, Run(spec, rows, cancellationToken));

    /// <exception cref="NotFiniteNumberException">The training diverged.</exception>
    internal static ComparisonCell Run(CellSpec spec, TaskRows rows, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        CellIdentity identity = spec.Identity;
        using var threads = new ThreadSetting(identity.Threads);
        using Checkpoint checkpoint = Checkpoint.Open(spec.Base);
        WordRows? words = WordRows.Of(checkpoint, rows);
        using var meter = ControlTextMeter.For(spec.Base, spec.Controls, rows, words, identity.Device);
        BaseReading before = BaseReading.Find(spec.Output, BaseIdentity.KeyOf(identity))
            ?? throw new FormatException(
                $"{spec.Output} doesn't hold what the base model makes of the texts. Start the comparison anew.");
        List<ComparisonPoint> points = [];
        TuningPlan plan = ExplicitPlan.Create(checkpoint, identity.Tensors);
        TuningReport report = rows.Recordings is { } recordings ? TuneSpeech(recordings)
            : words is not null ? TuneLanguageModel(words)
            : TuneClassifier();
        return new()
        {
            Method = spec.Method,
            Draw = spec.Draw,
            LearningRate = identity.LearningRate,
            Seed = identity.Seed,
            Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2),
            TrainingSeconds = Math.Round(TrainingSeconds(report), 2),
            Trainable = report.TrainableParameters,
            Points = points,
        };

        TuningReport TuneClassifier()
        {
            TunedClassifier tuned = TextClassificationTuner.Tune(new()
            {
                Options = Fill(new KappaTuneTextClassificationTrainer.Options(), spec),
                Train = rows.Train,
                Validation = rows.Test,
                Classes = rows.Classes,
                Plan = plan,
                EpochEnded = moment =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Add(moment.Epoch, moment.Training.Loss, moment.Validation!, meter.Of(((SequenceClassifier)moment.Model).Encoder));
                },
            });
            tuned.Adapters?.Dispose();
            tuned.Classifier.Dispose();
            return tuned.Report;
        }

        TuningReport TuneLanguageModel(WordRows its)
        {
            TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(new()
            {
                Options = Fill(new KappaTuneLanguageModelEstimator.Options(), spec),
                Train = its.Examples(rows.Train),
                Validation = its.Examples(rows.Test),
                Plan = plan,
                EpochEnded = moment =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ValidationResult test = its.Measure(moment.Model, moment.Validation!, identity.Device);
                    Add(moment.Epoch, moment.Training.Loss, test, MeasuredModel.Of(moment.Model));
                },
            });
            tuned.Adapters?.Dispose();
            tuned.Model.Dispose();
            return tuned.Report;
        }

        TuningReport TuneSpeech(RecordingRows its)
        {
            TuningOutcome<FusedModel> tuned = SpeechTuner.Tune(new()
            {
                Options = Fill(new KappaTuneSpeechEstimator.Options(), spec),
                Fusion = its.How.Fusion,
                Train = its.Train,
                Validation = its.Test,
                Writing = new(),
                Encoder = FirstEncoders.Find(spec, its),
                Plan = plan,
                EpochEnded = moment =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    // Its steps' losses are known when it has ended.
                    Add(moment.Epoch, double.NaN, moment.Validation!, MeasuredModel.Of(moment.Model));
                },
            });
            tuned.Adapters?.Dispose();
            tuned.Model.Dispose();
            EpochLosses.Fill(points, tuned.Report.Losses);
            return tuned.Report;
        }

        void Add(int epoch, double trainLoss, ValidationResult test, MeasuredModel model)
        {
            // Before the first step the model is the base, so nothing is measured.
            (IReadOnlyList<ControlTextRetention> retention, double drift, double? divergence) =
                epoch == 0 ? (before.Untouched(), 0, meter.DivergenceOfBase) : meter.Measure(model, before);
            points.Add(new()
            {
                Epoch = epoch,
                TrainLoss = trainLoss,
                TestLoss = test.Loss,
                Accuracy = test.MicroAccuracy,
                MacroAccuracy = test.MacroAccuracy,
                Retention = retention,
                Drift = drift,
                Divergence = epoch == 0 || meter.ComparesOnControl ? divergence : meter.Divergence(model, before),
                WordErrorRate = test.Transcripts?.Words.Value,
                CharacterErrorRate = test.Transcripts?.Characters.Value,
                BitsPerByte = test.Transcripts is null ? null : retention[0].LossAfter * before.Controls[0].BitsPerByteOfNat,
            });
        }
    }

    private static T Fill<T>(T options, CellSpec spec) where T : TuningOptions => options with
    {
        BaseModel = spec.Base,
        Method = spec.Identity.AdapterParameters is { } budget ? TuningMethod.LoraWithin(budget)
            : spec.Identity.Rank > 0 ? TuningMethod.Lora(spec.Identity.Rank)
            : TuningMethod.Direct,
        MaxEpochs = spec.Identity.Epochs,
        HeadEpochs = spec.Identity.HeadEpochs,
        BatchSize = spec.Identity.BatchSize,
        LearningRate = spec.Identity.LearningRate,
        HeadLearningRate = spec.Identity.HeadLearningRate,
        Schedule = LearningRateSchedule.Constant,
        WarmupRatio = WarmupEpochs / spec.Identity.Epochs,
        Seed = spec.Identity.Seed,
        Device = spec.Identity.Device,
        // Float32 on a GPU too, because rounding to fewer digits would hide differences as small as these.
        Precision = TuningPrecision.Float32,
        Threads = spec.Identity.Threads,
        ScanCacheDirectory = null,
    };

    /// <summary>How long the steps took, without what was measured between epochs.</summary>
    private static double TrainingSeconds(TuningReport report) =>
        report.Epochs.Sum(epoch => (report.CountedTokens ?? report.TrainingRows) / epoch.RowsPerSecond);
}
