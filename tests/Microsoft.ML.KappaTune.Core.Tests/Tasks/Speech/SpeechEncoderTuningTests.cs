using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Fusion;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

/// <summary>Models that hear by an encoder that was read.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SpeechEncoderTuningTests : IDisposable
{
    private const string Positions = "fusion.encoder.embed_positions.weight";

    private readonly TinySpeechTask _tiny = new();

    public SpeechEncoderTuningTests()
    {
        _tiny.Train = Widened(_tiny.Train);
        _tiny.Validation = Widened(_tiny.Validation);
    }

    private static FusionOptions Fusion { get; } = new()
    {
        EncoderModel = RecordedEncoder.Folder(RecordedEncoder.Whisper),
        StackedVectors = 2,
        ProjectorSize = 16,
        InitialGain = 1,
        PromptBefore = "the film",
        PromptAfter = "we think",
    };

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(TuningPrecision.Float32)]
    [InlineData(TuningPrecision.BFloat16)]
    public void It_stays_as_it_is_and_the_model_learns_to_read_it(TuningPrecision precision)
    {
        SortedDictionary<string, float[]> its = Read();
        (TuningReport report, SortedDictionary<string, float[]> weights) =
            _tiny.Tune(Task(_tiny.Options with { MaxEpochs = 12, Precision = precision }));
        TinyTask.AssertSame(its, OfEncoder(weights));
        double first = report.Epochs[0].Validation!.Loss, last = report.Epochs[^1].Validation!.Loss;
        Assert.True(last < 0.8 * first, $"it learnt little: {first} became {last}");
    }

    [Theory]
    [InlineData(RecordedEncoder.Whisper, TuningPrecision.Float32)]
    [InlineData(RecordedEncoder.Whisper, TuningPrecision.BFloat16)]
    [InlineData(RecordedEncoder.Wav2Vec2, TuningPrecision.Float32)]
    public void What_does_not_train_is_computed_once_for_all_epochs(string encoder, TuningPrecision precision)
    {
        if (encoder == RecordedEncoder.Wav2Vec2)
        {
            _tiny.Train = Samples(24, seed: 1);
            _tiny.Validation = Samples(10, seed: 2);
        }

        SpeechExample[] rows = [.. _tiny.Train, .. _tiny.Validation];
        var read = new List<int>();
        _tiny.Train = [.. _tiny.Train.Select(Told)];
        _tiny.Validation = [.. _tiny.Validation.Select(Told)];
        var seen = new List<TuningProgress>();
        TuningOptions options =
            _tiny.Options with { MaxEpochs = 3, LearningRate = 1e-3, Precision = precision, Progress = seen.Add };
        SpeechRequest request = Task(options, Fusion with { EncoderModel = RecordedEncoder.Folder(encoder) }) with
        {
            Writing = new() { MaxTokens = 4 },
        };
        TuningReport inMemory = Tuned(null);
        TuningProgress last = seen.Last(progress => progress.Phase == TuningPhase.Encoding);
        Assert.Equal((rows.Length, rows.Length), (last.Step, last.TotalSteps));

        // Computed in each batch: the same but for rounding, of which bfloat16 has more.
        double tolerance = precision == TuningPrecision.BFloat16 ? 0.1 : 1e-5;
        foreach (TuningReport other in (TuningReport[])[Tuned(100), Tuned(0)])
        {
            Assert.Equal(inMemory.Losses[0].Loss, other.Losses[0].Loss, tolerance);
            foreach ((StepLoss kept, StepLoss its) in inMemory.Losses.Zip(other.Losses))
                Assert.Equal(kept.Loss, its.Loss, Math.Max(tolerance, 2e-3));
        }

        TuningReport Tuned(long? bytes)
        {
            read.Clear();
            (TuningReport report, _) = _tiny.Tune(request with { CacheBytes = bytes });
            // In training, in validation, and for transcripts.
            int[] expected = bytes == 0 ? [3, 6] : [1];
            int[] times = [.. read.GroupBy(row => row).Select(group => group.Count()).Distinct().Order()];
            Assert.Equal(expected, times);
            Assert.Equal(rows.Length, read.Distinct().Count());
            return report;
        }

        SpeechExample Told(SpeechExample row)
        {
            int number = Array.IndexOf(rows, row);
            return row with
            {
                Frames = row.Frames.ReadBy(target =>
                {
                    read.Add(number);
                    row.Frames.CopyTo(target);
                }),
            };
        }
    }

    [Fact]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted()
    {
        TuningOptions options = _tiny.Options with { BatchSize = 4 };
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _tiny.Tune(Task(options));
        TuningOptions kept = options with { CheckpointDirectory = _tiny.File("states"), CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(Task(kept with
        {
            Progress = told =>
            {
                if (told.Phase == TuningPhase.Training && told.Step > 7)
                    throw new InvalidTimeZoneException();
            },
        })));
        (TuningReport resumed, SortedDictionary<string, float[]> others) = _tiny.Tune(Task(kept with { Resume = true }));
        Assert.Equal(whole.Losses, resumed.Losses);
        TinyTask.AssertSame(weights, others);
    }

    [Fact]
    public void It_trains_where_that_is_asked_for_but_for_the_table_of_positions()
    {
        SortedDictionary<string, float[]> its = Read();
        var warnings = new List<string>();
        (_, SortedDictionary<string, float[]> weights) =
            _tiny.Tune(Task(fusion: Fusion with { TrainEncoderModel = true }) with { Warn = warnings.Add });
        Assert.Contains(warnings, line => line.Contains("set EncoderLearningRate, usually to 1e-5"));
        foreach ((string name, float[] values) in OfEncoder(weights))
            Assert.Equal(name == Positions, values.AsSpan().SequenceEqual(its[name]));
        Assert.Equal(its.Keys, OfEncoder(weights).Keys);

        // In bfloat16 too, which rounds whatever a model has while it trains.
        (_, weights) = _tiny.Tune(Task(
            _tiny.Options with { MaxEpochs = 1, Precision = TuningPrecision.BFloat16 }, Fusion with { TrainEncoderModel = true }));
        Assert.Equal(its[Positions], weights[Positions]);
        warnings.Clear();
        (_, weights) = _tiny.Tune(Task(
            _tiny.Options with { MaxEpochs = 1 }, Fusion with { TrainEncoderModel = true, EncoderLearningRate = 1e-30 }) with
        {
            Warn = warnings.Add,
        });
        Assert.DoesNotContain(warnings, line => line.Contains("EncoderLearningRate"));
        foreach ((string name, float[] values) in OfEncoder(weights))
            Assert.All(values.Zip(its[name]), both => Assert.Equal(both.Second, both.First, 1e-6f));
    }

    [Fact]
    public void A_saved_model_hears_the_same_and_goes_on_without_the_encoders_folder()
    {
        string folder = _tiny.File("tuned"), encoder = RecordedEncoder.Copy(RecordedEncoder.Whisper, _tiny.File("encoder"));
        FusionOptions fusion = Fusion with { EncoderModel = encoder };
        string[] heard = [];
        (_, SortedDictionary<string, float[]> weights) = _tiny.Tune(Task(fusion: fusion), tuned =>
        {
            Directory.CreateDirectory(folder);
            tuned.Files.WriteTo(folder);
            FusionFiles.SaveFolder(folder, tuned.Model);
            heard = TinySpeechTask.Hear(tuned.Model, tuned.Tokenizer, _tiny.Validation);
            using Checkpoint checkpoint = Checkpoint.Open(folder);
            using FusedModel loaded = FusionFiles.Load(checkpoint, folder);
            loaded.eval();
            Assert.Equal(tuned.Model.FusionConfig.ToJson(), loaded.FusionConfig.ToJson());
            TinyTask.AssertSame(TinyTask.Weights(tuned.Model), TinyTask.Weights(loaded));
            Assert.Equal(heard, TinySpeechTask.Hear(loaded, tuned.Tokenizer, _tiny.Validation));
        });
        Directory.Delete(encoder, recursive: true);
        Assert.Contains("\"model_type\": \"whisper\"", File.ReadAllText(Path.Combine(folder, FusionConfig.FileName)));

        SortedDictionary<string, float[]>? begun = null;
        TuningOptions again = _tiny.Options with { BaseModel = folder, MaxEpochs = 1, Precision = TuningPrecision.BFloat16 };
        SpeechRequest request = Task(again, fusion with { EncoderModel = null });
        SortedDictionary<string, float[]> after = LastOf(
            request with { EpochEnded = moment => begun ??= TinyTask.Weights(moment.Model) });
        Assert.Equal(weights.Keys, begun!.Keys);
        TinyTask.AssertSame(OfEncoder(weights), OfEncoder(after));

        var e = Assert.Throws<ArgumentException>(() => SpeechTuner.Tune(Task(again, Fusion)));
        Assert.Contains("has an encoder already. Set EncoderModel to null", e.Message);
        e = Assert.Throws<ArgumentException>(() => SpeechTuner.Tune(request with { Fusion = request.Fusion with { ProjectorSize = 12 } }));
        Assert.Contains("\"projector_size\": 16", e.Message);
        e = Assert.Throws<ArgumentException>(() => SpeechTuner.Tune(request with { Fusion = request.Fusion with { EncoderSize = 64 } }));
        Assert.Contains("Fusion.EncoderSize is 64", e.Message);
    }

    [Fact]
    public void Rows_that_are_too_long_for_it_are_left_out()
    {
        var warnings = new List<string>();
        SpeechExample[] longer = [.. _tiny.Train, new(new(new float[25 * 6], 6), "good"), new(new([], 6), "bad")];
        SpeechRequest request = Task(_tiny.Options with { MaxEpochs = 1 }) with { Warn = warnings.Add };
        (TuningReport report, _) = _tiny.Tune(request with { Train = longer });
        Assert.Equal((48, 2), (report.TrainingRows, report.SkippedRows));
        Assert.Contains(warnings, line => line.StartsWith("1 of 50 training rows have more than the 24 frames that the encoder takes"));
        Assert.Contains("1 of 50 training rows have no frames enough for a vector, and are left out.", warnings);
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(request with { Train = longer[48..49] }));
        Assert.Contains("All of the 1 training rows have more than the 24 frames", e.Message);
        SpeechExample narrow = new(new(new float[8], 4), "good");
        e = Assert.Throws<ArgumentException>(() => _tiny.Tune(request with { Train = [narrow], Validation = null }));
        Assert.Contains("The rows' frames have 4 values, and the encoder's 6", e.Message);
    }

    [Fact]
    public void Another_encoder_is_another_run()
    {
        string folder = RecordedEncoder.Copy(RecordedEncoder.Whisper, _tiny.File("encoder"));
        TuningOptions options = _tiny.Options with { MaxEpochs = 1, CheckpointDirectory = _tiny.File("states") };
        FusionOptions fusion = Fusion with { EncoderModel = folder };
        _tiny.Tune(Task(options, fusion));
        // The same files in another place are the same encoder.
        _tiny.Tune(Task(options with { Resume = true }, Fusion));
        string shard = Path.Combine(folder, "model-00001-of-00002.safetensors");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^1] ^= 1;
        File.WriteAllBytes(shard, bytes);
        var e = Assert.ThrowsAny<Exception>(() => _tiny.Tune(Task(options with { Resume = true }, fusion)));
        Assert.Contains("the encoder model", e.Message);
    }

    [Fact]
    public void Options_of_a_random_encoder_have_no_meaning_beside_it()
    {
        var e = Assert.Throws<ArgumentException>(() => SpeechTuner.Tune(Task(fusion: Fusion with
        {
            Convolutions = 2,
            EncoderSize = 8,
            NormalizeFrames = false,
        })));
        Assert.Contains("Fusion.Convolutions is 2; allowed is 3, its default, where EncoderModel is set.", e.Message);
        Assert.Contains("Fusion.EncoderSize is 8;", e.Message);
        Assert.Contains("Fusion.NormalizeFrames is ", e.Message);
        e = Assert.Throws<ArgumentException>(() => EncoderPretraining.Run(
            new() { Fusion = Fusion, Train = _tiny.Train, Output = _tiny.File("encoder.safetensors") }));
        Assert.Contains("Fusion.EncoderModel", e.Message);
    }

    private SpeechRequest Task(TuningOptions? options = null, FusionOptions? fusion = null) =>
        _tiny.Task(options) with { Fusion = fusion ?? Fusion };

    /// <summary>The last weights of a run whose base isn't the tiny one.</summary>
    private static SortedDictionary<string, float[]> LastOf(SpeechRequest request)
    {
        using FusedModel model = SpeechTuner.Tune(request).Model;
        return TinyTask.Weights(model);
    }

    /// <summary>The encoder's weights as its files have them, by a model's names.</summary>
    private SortedDictionary<string, float[]> Read()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Base);
        using var read = SpeechEncoderModel.Open(Fusion.EncoderModel!);
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        using FusedModel model = FusedModel.Create(
            checkpoint, config, FusionConfig.Create(Fusion, read.Config, read.Sound.Normalizes, config.HiddenSize), seed: 1);
        read.CopyTo(model);
        return OfEncoder(TinyTask.Weights(model));
    }

    private static SortedDictionary<string, float[]> OfEncoder(SortedDictionary<string, float[]> weights) =>
        new(weights.Where(pair => FusionParts.IsOfEncoder(pair.Key)).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Recordings of 160 to 300 samples.</summary>
    private static SpeechExample[] Samples(int count, int seed)
    {
        var random = new Random(seed);
        return [.. TinySpeechTask.Rows(count, seed).Select((row, i) => row with
        {
            Frames = new([.. Enumerable.Range(0, random.Next(160, 301)).Select(
                time => (float)(Math.Sin(time / (i % 2 + 1.5)) + 0.1 * random.NextDouble()))], 1),
        })];
    }

    /// <summary>Frames of six values, the last two of which are zero.</summary>
    private static SpeechExample[] Widened(SpeechExample[] rows) => [.. rows.Select(row => row with
    {
        Frames = new(
            [.. Enumerable.Range(0, row.Frames.Count * 6).Select(i => i % 6 < 4 ? row.Frames.Values[i / 6 * 4 + i % 6] : 0)], 6),
    })];
}
