using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

[Collection(nameof(ProcessSettings))]
public sealed class SpeechTunerTests : IDisposable
{
    private readonly TinySpeechTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_heard_is_written_and_what_is_not_selected_stays(bool isLora)
    {
        var lines = new List<string>();
        TuningOptions options = _tiny.Options with
        {
            Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct,
            MaxEpochs = 20,
        };
        string[] heard = [];
        (TuningReport report, _) = _tiny.Tune(
            _tiny.Task(options) with { Log = lines.Add },
            tuned => heard = TinySpeechTask.Hear(tuned.Model, tuned.Tokenizer, _tiny.Validation));
        Assert.Equal((48, 20, 0, 0), (report.TrainingRows, report.ValidationRows, report.SkippedRows, report.TruncatedRows));
        // A word and the end.
        Assert.Equal(48 * 2, report.CountedTokens);
        Assert.Contains("The loss counts 96 tokens of 48 texts.", lines);
        // Without hearing half of the words would be right.
        Assert.True(report.Epochs[^1].Validation!.MicroAccuracy > 0.95, $"it learnt little: {report.Epochs[^1].Validation}");
        Assert.Equal(_tiny.Validation.Select(row => row.Transcript), heard);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Errors_of_transcripts_are_counted_where_that_is_asked_for_and_change_nothing(bool isLora)
    {
        TuningOptions options = _tiny.Options with { Method = isLora ? TuningMethod.Lora(2, dropout: 0.1) : TuningMethod.Direct };
        (TuningReport plain, SortedDictionary<string, float[]> weights) = _tiny.Tune(options);
        string[] heard = [];
        (TuningReport counted, SortedDictionary<string, float[]> others) = _tiny.Tune(
            _tiny.Task(options) with { Writing = new() { MaxTokens = 4 } },
            tuned => heard = TinySpeechTask.Hear(tuned.Model, tuned.Tokenizer, _tiny.Validation));
        TinyTask.AssertSame(weights, others);
        Assert.Equal(plain.Losses, counted.Losses);
        Assert.All(plain.Epochs, epoch => Assert.Null(epoch.Validation!.Transcripts));
        Assert.Equal(
            TranscriptErrors.Sum(_tiny.Validation.Zip(heard, (row, text) => TranscriptErrors.Of(row.Transcript, text))),
            counted.Epochs[^1].Validation!.Transcripts);
        Assert.All(counted.Epochs, epoch => Assert.Equal(20, epoch.Validation!.Transcripts!.Value.Words.Length));

        string file = _tiny.File("report.json");
        counted.Save(file);
        Assert.Equal(
            counted.Epochs.Select(epoch => epoch.Validation), TuningReport.Load(file).Epochs.Select(epoch => epoch.Validation));
        string text = File.ReadAllText(file);
        Assert.Contains("\"raw_characters\"", text);
        File.WriteAllText(file, text.Replace("\"insertions\": ", "\"insertions\": -1"));
        var e = Assert.Throws<FormatException>(() => TuningReport.Load(file));
        Assert.Contains("epochs[0].validation.transcripts.words.insertions", e.Message);
    }

    [Fact]
    public void Progress_tells_how_many_transcripts_are_written_after_each_epoch()
    {
        var seen = new List<TuningProgress>();
        TuningOptions options = _tiny.Options with { MaxEpochs = 2, Progress = seen.Add };
        _tiny.Validation = TinySpeechTask.Rows(40, seed: 2);
        _tiny.Tune(_tiny.Task(options) with { Writing = new() { MaxTokens = 4 } });
        TuningProgress[] told = [.. seen.Where(progress => progress.Phase == TuningPhase.Transcribing)];
        // 32 at once.
        Assert.Equal([(1, 0), (1, 32), (1, 40), (2, 0), (2, 32), (2, 40)], told.Select(progress => (progress.Epoch, progress.Step)));
        Assert.All(told, progress => Assert.Equal(
            (40, 2, progress.Step == 0), (progress.TotalSteps, progress.TotalEpochs, progress.Remaining is null)));
        Assert.Equal(TimeSpan.Zero, told[^1].Remaining);
        // The epoch's result comes behind them.
        Assert.Equal(TuningPhase.Validated, seen[^1].Phase);
        seen.Clear();
        _tiny.Tune(_tiny.Task(options));
        Assert.DoesNotContain(seen, progress => progress.Phase == TuningPhase.Transcribing);
    }

    [Fact]
    public void Each_part_has_its_rate()
    {
        SortedDictionary<string, float[]> first = First();
        const double None = 1e-30;
        AssertChanged(TinySpeechTask.Fusion with { EncoderLearningRate = None }, encoder: false, projector: true);
        AssertChanged(TinySpeechTask.Fusion with { ProjectorLearningRate = None }, encoder: true, projector: false);
        AssertChanged(TinySpeechTask.Fusion, encoder: true, projector: true);

        void AssertChanged(FusionOptions fusion, bool encoder, bool projector)
        {
            (_, SortedDictionary<string, float[]> weights) = _tiny.Tune(
                _tiny.Task(_tiny.Options with { MaxEpochs = 1 }) with { Fusion = fusion });
            Assert.Equal(encoder, HasMoved(FusionParts.IsOfEncoder));
            Assert.Equal(projector, HasMoved(IsOfProjector));
            Assert.False(TinyTask.AreSame(_tiny.Untuned(), Of(weights, name => !FusionParts.IsOf(name))));

            bool HasMoved(Func<string, bool> part) => Of(first, part).Any(
                pair => pair.Value.Zip(weights[pair.Key]).Any(both => Math.Abs(both.First - both.Second) > 1e-6));
        }
    }

    [Fact]
    public void Encoder_and_projector_may_learn_alone_first()
    {
        List<SortedDictionary<string, float[]>> after = [];
        _tiny.Tune(_tiny.Task(_tiny.Options with { MaxEpochs = 2, HeadEpochs = 1 }) with
        {
            EpochEnded = moment => after.Add(TinyTask.Weights(moment.Model)),
        });
        Assert.Equal(3, after.Count);
        SortedDictionary<string, float[]>[] decoders = [.. after.Select(weights => Of(weights, name => !FusionParts.IsOf(name)))];
        TinyTask.AssertSame(_tiny.Untuned(), decoders[0]);
        TinyTask.AssertSame(_tiny.Untuned(), decoders[1]);
        Assert.False(TinyTask.AreSame(decoders[1], decoders[2]));
        Assert.False(TinyTask.AreSame(Of(after[0], FusionParts.IsOf), Of(after[1], FusionParts.IsOf)));
        TinyTask.AssertSame(First(), Of(after[0], FusionParts.IsOf));
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 11)]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted(bool isLora, int step)
    {
        TuningOptions options = _tiny.Options with
        {
            Method = isLora ? TuningMethod.Lora(3, dropout: 0.2) : TuningMethod.Direct,
            BatchSize = 4,
            GradientAccumulation = 2,
            EarlyStopping = new(),
        };
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _tiny.Tune(options);
        TuningOptions kept = options with { CheckpointDirectory = _tiny.File("states"), CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(kept with
        {
            Progress = told =>
            {
                if (told.Phase == TuningPhase.Training && told.Step > step)
                    throw new InvalidTimeZoneException();
            },
        }));
        (TuningReport resumed, SortedDictionary<string, float[]> others) = _tiny.Tune(kept with { Resume = true });
        Assert.Equal(whole.Losses, resumed.Losses);
        TinyTask.AssertSame(weights, others);
        SpeechRequest again = _tiny.Task(kept with { Resume = true });
        Assert.Equal("Fusion.PromptAfter", Differs(again with { Fusion = again.Fusion with { PromptAfter = "we saw" } }));
        Assert.Equal("the training rows", Differs(again with { Train = TinySpeechTask.Rows(48, seed: 3) }));

        string Differs(SpeechRequest other) => Assert.Throws<TrainingStateMismatchException>(() => _tiny.Tune(other)).What;
    }

    [Fact]
    public void A_batch_has_the_mean_loss_of_its_tokens_whatever_the_padding()
    {
        SpeechExample[] rows = [.. _tiny.Train.Take(6)];
        Assert.True(rows.Select(row => row.Frames.Count).Distinct().Count() > 1, "all rows are of one length");
        double[] alone = [.. rows.Select(row => FirstLoss([row], 8))];
        Assert.Equal(alone.Average(), FirstLoss(rows, 8), 1e-5);
        // The same of two batches whose gradients are summed.
        Assert.Equal(alone.Average(), FirstLoss(rows, 3), 1e-5);

        double FirstLoss(SpeechExample[] train, int batchSize)
        {
            TuningOptions options = _tiny.Options with { MaxEpochs = 1, BatchSize = batchSize, GradientAccumulation = 2 };
            return _tiny.Tune(_tiny.Task(options, validates: false) with { Train = train }).Report.Losses[0].Loss;
        }
    }

    [Fact]
    public void Rows_without_frames_or_room_are_left_out_and_said()
    {
        var silence = new SpeechExample(_tiny.Train[0].Frames, " ");
        var deaf = new SpeechExample(new([], TinySpeechTask.FrameSize), "good");
        var endless = new SpeechExample(new(new float[4 * 4 * 28], TinySpeechTask.FrameSize), "good");
        var warnings = new List<string>();
        SpeechRequest request = _tiny.Task(_tiny.Options with { MaxEpochs = 1 }) with { Warn = warnings.Add };
        (TuningReport report, _) = _tiny.Tune(request with { Train = [.. _tiny.Train, silence, deaf, endless] });
        // Of silence the end counts.
        Assert.Equal((49, 2, 48 * 2 + 1), (report.TrainingRows, report.SkippedRows, report.CountedTokens));
        Assert.Contains("1 of 51 training rows have no frames, and are left out.", warnings);
        Assert.Contains(warnings, warning => warning.StartsWith("1 of 51 training rows have more than 32 tokens, the longest 35"));

        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(request with { Train = [endless, deaf] }));
        Assert.Contains("None of the 2 training rows fits into 32 tokens: the shortest has 35", e.Message);
        e = Assert.Throws<ArgumentException>(() => _tiny.Tune(request with { Train = [deaf] }));
        Assert.Contains("None of the 1 training rows has frames", e.Message);
    }

    [Fact]
    public void What_is_wrong_is_said_before_anything_is_read()
    {
        var other = new SpeechExample(new(new float[6], 3), "good");
        var e = Assert.Throws<ArgumentException>(() => SpeechTuner.Tune(_tiny.Task() with
        {
            Train = [.. _tiny.Train, other],
            Fusion = TinySpeechTask.Fusion with { StackedVectors = 0 },
            Encoder = _tiny.File("none"),
        }));
        foreach (string part in (string[])
            ["Fusion.StackedVectors is 0; allowed is 1 or more.", "Train is of frames with 3 values in row 49;", "Encoder is "])
            Assert.Contains(part, e.Message);
    }

    [Fact]
    public void A_share_of_the_rows_validates_and_a_model_that_hears_already_goes_on()
    {
        string folder = _tiny.File("tuned");
        TuningOptions options = _tiny.Options with { MaxEpochs = 6, ValidationFraction = 0.25 };
        (TuningReport report, SortedDictionary<string, float[]> weights) = _tiny.Tune(_tiny.Task(options, validates: false), tuned =>
        {
            Directory.CreateDirectory(folder);
            tuned.Files.WriteTo(folder);
            FusionFiles.SaveFolder(folder, tuned.Model);
        });
        Assert.Equal((36, 12), (report.TrainingRows, report.ValidationRows));
        double last = report.Epochs[^1].Validation!.Loss;

        SortedDictionary<string, float[]>? begun = null;
        ValidationResult? before = null;
        SpeechRequest request = _tiny.Task(options with { BaseModel = folder, MaxEpochs = 1 }, validates: false) with
        {
            EpochEnded = moment =>
            {
                begun ??= TinyTask.Weights(moment.Model);
                before ??= moment.Validation;
            },
        };
        SpeechTuner.Tune(request).Model.Dispose();
        TinyTask.AssertSame(weights, begun!);
        Assert.Equal(last, before!.Loss, 1e-6);
        var e = Assert.Throws<ArgumentException>(
            () => SpeechTuner.Tune(request with { Fusion = request.Fusion with { ProjectorSize = 12 } }));
        Assert.Contains("has an encoder already", e.Message);
        Assert.Contains("\"projector_size\": 16", e.Message);
    }

    /// <summary>A GGUF file has all in it: what lies beside it is another model's.</summary>
    [Fact]
    public void A_base_of_one_file_does_not_hear_by_what_lies_beside_it()
    {
        using var folder = new TemporaryFolder();
        string bytes = TinyDecoder.WriteBytes(folder), file = folder.File("model.gguf");
        using (Checkpoint checkpoint = Checkpoint.Open(bytes))
        using (CausalLanguageModel model = CausalLanguageModel.Load(checkpoint))
            GgufModelWriter.Save(file, model, TokenizerFiles.Read(checkpoint), GgufType.F32);
        TuningOptions options = _tiny.Options with { BaseModel = file, MaxEpochs = 1, MaxSequenceLength = 32 };
        SpeechRequest request = _tiny.Task(options, validates: false) with
        {
            Fusion = TinySpeechTask.Fusion with { PromptBefore = "a", PromptAfter = "b" },
        };
        using (FusedModel alone = SpeechTuner.Tune(request).Model)
        {
            SortedDictionary<string, float[]> expected = TinyTask.Weights(alone);
            FusionFiles.Save(folder.Path, alone);
            using FusedModel beside = SpeechTuner.Tune(request).Model;
            TinyTask.AssertSame(expected, TinyTask.Weights(beside));
        }

        using Checkpoint gguf = Checkpoint.Open(file);
        Assert.True(FusionFiles.AreIn(gguf.Folder));
        Assert.False(FusionFiles.AreOf(gguf));
    }

    /// <summary>Encoder and projector as the seed gives them.</summary>
    private SortedDictionary<string, float[]> First()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Base);
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        using FusedModel model = FusedModel.Create(
            checkpoint, config, FusionConfig.Create(TinySpeechTask.Fusion, TinySpeechTask.FrameSize, config.HiddenSize),
            RandomSeeds.ForHead(_tiny.Options.Seed));
        return Of(TinyTask.Weights(model), FusionParts.IsOf);
    }

    private static bool IsOfProjector(string name) => FusionParts.IsOf(name) && !FusionParts.IsOfEncoder(name);

    private static SortedDictionary<string, float[]> Of(SortedDictionary<string, float[]> weights, Func<string, bool> takes) =>
        new(weights.Where(pair => takes(pair.Key)).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
}
