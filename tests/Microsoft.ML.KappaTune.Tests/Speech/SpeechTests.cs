using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.Tests.Speech;

/// <summary>Models that hear, in ML.NET's pipelines.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class SpeechTests : SpeechPipeline
{
    [Fact]
    public void What_is_said_becomes_columns_and_the_epochs_say_how_many_words_were_wrong()
    {
        Clip[] clips = Clips(20, seed: 2);
        IDataView test = View(clips);
        List<TranscriptErrors> told = [];
        using var model = Fit(Options with
        {
            MaxEpochs = 20,
            ValidationSet = test,
            Progress = progress =>
            {
                if (progress.Validation is { } validation)
                    told.Add(validation.Transcripts!.Value);
            },
        });
        Assert.Equal(
            ["Audio", "Label", "Transcript", "LogLikelihood", "MeanLogLikelihood", "NoSpeech"],
            model.GetOutputSchema(test.Schema).Select(column => column.Name));
        Assert.Equal(clips.Select(clip => clip.Label), Heard(model, test));
        Assert.Equal(20, told.Count);
        // Half of the words are each of both.
        Assert.True(told[0].Words.Value > 0.3, $"{told[0]}");
        Assert.Equal((0.0, 20), (told[^1].Words.Value, (int)told[^1].Words.Length));
        Assert.Equal(told, model.Report!.Epochs.Select(epoch => epoch.Validation!.Transcripts!.Value));
        Assert.Contains(_lines, line => line.Contains("word errors 0.0000, character errors 0.0000", StringComparison.Ordinal));
        Assert.Contains("Word errs", $"{model.Report}");

        float[] sums = Likelihoods(model, test), means = [.. model.Transform(test).GetColumn<float>("MeanLogLikelihood")];
        // A word and the end.
        Assert.All(sums.Zip(means), pair => Assert.Equal(pair.First / 2, pair.Second, 1e-5));
        // What was heard is what was said, so that it is as likely as the validation says.
        Assert.Equal(model.Report!.Epochs[^1].Validation!.Loss, -means.Average(), 1e-3);
        Assert.All(model.Transform(test).GetColumn<float>("NoSpeech"), silence => Assert.InRange(silence, 0, 0.5f));
    }

    [Fact]
    public void Rows_by_themselves_and_in_a_view_are_heard_alike()
    {
        using var model = Fit(Options);
        Clip[] clips = Clips(40, seed: 3);
        IDataView view = View(clips);
        string[] heard = Heard(model, view);
        float[] together = Likelihoods(model, view);
        using var engine = _context.Model.CreatePredictionEngine<Clip, Output>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        for (int i = 0; i < clips.Length; i++)
        {
            Output alone = engine.Predict(clips[i]);
            Assert.Equal(heard[i], alone.Transcript);
            Assert.Equal(together[i], alone.LogLikelihood, 1e-3f);
        }

        // Columns of the input come along, and none needs hearing.
        Assert.Equal(clips.Select(clip => clip.Label), model.Transform(view).GetColumn<string>("Label"));
        long before = LiveTensors.Settled();
        for (int i = 0; i < 20; i++)
            engine.Predict(clips[i]);
        LiveTensors.AssertAre(before);
    }

    [Fact]
    public void Several_threads_hear_at_once_and_one_may_dispose_it()
    {
        var model = Fit(Options);
        Clip[] clips = Clips(8, seed: 3);
        string[] heard = Heard(model, View(clips));
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var engine = new MLContext().Model.CreatePredictionEngine<Clip, Output>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            Assert.Equal(heard[i % clips.Length], engine.Predict(clips[i % clips.Length]).Transcript);
        });
        IDataView view = model.Transform(View(clips));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.GetColumn<string>("Transcript").ToArray());
        Assert.Throws<ObjectDisposedException>(() => model.Generator);
    }

    [Fact]
    public void Files_samples_and_frames_of_the_same_sound_are_the_same()
    {
        (float[] Samples, string Word)[] tones = Tones(24, seed: 1);
        var options = Options with { MaxEpochs = 1 };
        using var ofFiles = Fit(options, View(Clips(24, seed: 1)));
        using var ofSamples = Fit(options with { Input = SpeechInput.Samples }, Vectors(tones));
        Assert.Equal(ofFiles.Report!.Losses, ofSamples.Report!.Losses);

        using var spectrogram = new LogMelSpectrogram(Sound);
        IDataView frames = Vectors(tones.Select(tone => (spectrogram.Compute(tone.Samples), tone.Word)));
        using var ofFrames = Fit(options with { Input = SpeechInput.Frames, FrameSize = Sound.Bands, Sound = null }, frames);
        Assert.Equal(ofFiles.Report!.Losses, ofFrames.Report!.Losses);
        float[] expected = Likelihoods(ofFiles, View(Clips(24, seed: 1)));
        Assert.Equal(expected, Likelihoods(ofSamples, Vectors(tones)));
        Assert.Equal(expected, Likelihoods(ofFrames, frames));

        // Samples of another rate are resampled.
        using var ofOtherRate = Fit(options with { Input = SpeechInput.Samples, SampleRate = 2 * Rate }, Vectors(tones));
        Assert.NotEqual(ofFiles.Report!.Losses, ofOtherRate.Report!.Losses);
    }

    [Fact]
    public void Frames_that_have_no_room_in_memory_are_the_same_from_a_file()
    {
        IDataView rows = View(Clips(24, seed: 1));
        var options = Options with { EncoderEpochs = 1, ValidationFraction = 0.25 };
        using var inMemory = Fit(options, rows);
        Assert.DoesNotContain(_lines, line => line.Contains("temporary file", StringComparison.Ordinal));
        using var ofFile = new KappaTuneSpeechEstimator(_context, options, frameBytes: 1000).Fit(rows);
        Assert.Contains(_lines, line => line.Contains("MB of them kept in a temporary file.", StringComparison.Ordinal));
        Assert.Equal(inMemory.Report!.Losses, ofFile.Report!.Losses);
        Assert.Equal(
            inMemory.Report!.Epochs.Select(epoch => epoch.Validation), ofFile.Report!.Epochs.Select(epoch => epoch.Validation));
        Assert.Equal(Likelihoods(inMemory, rows), Likelihoods(ofFile, rows));
    }

    [Fact]
    public void Training_may_end_by_word_errors_and_errors_need_not_be_measured()
    {
        IDataView test = View(Clips(10, seed: 2));
        using (var model = Fit(Options with
        {
            MaxEpochs = 30,
            ValidationSet = test,
            EarlyStopping = new(ValidationMetric.WordErrorRate, Patience: 3),
        }))
        {
            ValidationResult[] results = [.. model.Report!.Epochs.Select(epoch => epoch.Validation!)];
            Assert.Equal(TuningStop.StoppedEarly, model.Report!.Stop);
            Assert.Equal(
                results.Min(result => result.Transcripts!.Value.Words.Value),
                results[model.Report!.BestEpoch - 1].Transcripts!.Value.Words.Value);
        }

        var silent = Options with { MaxEpochs = 1, ValidationFraction = 0.25 };
        using (var model = Fit(silent with { MeasureErrors = false }))
            Assert.Null(model.Report!.Epochs[0].Validation!.Transcripts);
        using (var model = Fit(silent))
            Assert.Equal((36, 12), (model.Report!.TrainingRows, model.Report!.ValidationRows));
    }

    [Fact]
    public void The_encoder_may_learn_alone_first_and_both_go_on_where_they_ended()
    {
        IDataView rows = View(Clips(24, seed: 1));
        var options = Options with { EncoderEpochs = 2, ValidationFraction = 0.25 };
        List<TuningProgress> seen = [];
        using var whole = Fit(options with { Progress = seen.Add }, rows);
        Assert.Equal((TuningPhase.EncoderAlone, 2), (seen[0].Phase, seen[0].TotalEpochs));
        Assert.Contains(seen, told => told.Phase == TuningPhase.Transcribing);
        using (var random = Fit(options with { EncoderEpochs = 0 }, rows))
            Assert.NotEqual(random.Report!.Losses, whole.Report!.Losses);
        var kept = options with { CheckpointDirectory = _folder.File("states"), CheckpointEvery = 1 };
        Assert.Throws<InvalidTimeZoneException>(() => Fit(
            kept with
            {
                Progress = told =>
                {
                    if (told is { Phase: TuningPhase.Training, Step: > 2 })
                        throw new InvalidTimeZoneException();
                },
            },
            rows));
        using var resumed = Fit(kept with { Resume = true }, rows);
        Assert.Equal(whole.Report!.Losses, resumed.Report!.Losses);
        Assert.Equal(
            whole.Report!.Epochs.Select(epoch => epoch.Validation), resumed.Report!.Epochs.Select(epoch => epoch.Validation));
        Assert.Equal(Likelihoods(whole, rows), Likelihoods(resumed, rows));

        string folder = _folder.File("tuned");
        whole.SaveModel(folder);
        var e = Assert.Throws<ArgumentException>(() => Fit(options with { BaseModel = folder }, rows));
        Assert.Equal("EncoderEpochs", e.ParamName);
    }

    [Fact]
    public void Its_text_is_still_there()
    {
        using var model = Fit(Options);
        CancellationToken token = TestContext.Current.CancellationToken;
        string[] pieces = [.. model.Generator.Generate("we saw", new() { MaxTokens = 5 }, token).Select(piece => piece.Text)];
        Assert.NotEmpty(pieces);
        string folder = _folder.File("tuned"), zip = Save(model);
        model.SaveModel(folder);
        using (TextGenerator same = TextGenerator.Load(folder, "cpu"))
            Assert.Equal(pieces, same.Generate("we saw", new() { MaxTokens = 5 }, token).Select(piece => piece.Text));
        using (TextGenerator same = TunedModelFile.LoadGenerator(zip, device: null))
            Assert.Equal(pieces, same.Generate("we saw", new() { MaxTokens = 5 }, token).Select(piece => piece.Text));

        IDataView texts = _context.Data.LoadFromEnumerable(new[] { new { Text = "we saw a film" } });
        using var ofFile = _context.Transforms.Text.KappaTuneEmbedding("Vector", "Text", zip).Fit(texts);
        using var ofFolder = _context.Transforms.Text.KappaTuneEmbedding("Vector", "Text", folder).Fit(texts);
        Assert.Equal(
            ofFolder.Transform(texts).GetColumn<float[]>("Vector").Single(), ofFile.Transform(texts).GetColumn<float[]>("Vector").Single());
    }
}
