using System.Globalization;
using Microsoft.ML.KappaTune.Audio;
using Microsoft.ML.KappaTune.Tests.Compute;
using Microsoft.ML.KappaTune.Tests.Fusion;

namespace Microsoft.ML.KappaTune.Tests.Speech;

/// <summary>Pre-trained encoders in ML.NET's pipelines.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class EncoderModelTests : SpeechPipeline
{
    // Samples of a recording, of which Whisper's encoder gets 20 frames, and wav2vec2's 3,200 samples that it makes 159 states of.
    private const int Samples = 1600;

    public static TheoryData<string> Names => [RecordedEncoder.Whisper, RecordedEncoder.Wav2Vec2, "wav2vec2-layer-stable"];

    [Theory, MemberData(nameof(Names))]
    public void It_says_how_recordings_are_heard_and_files_keep_that(string name)
    {
        (float[], string)[] tones = Short(16, seed: 1), others = Short(6, seed: 2);
        string encoder = RecordedEncoder.Copy(name, _folder.File("encoder"));
        KappaTuneSpeechEstimator.Options options =
            OptionsFor(encoder) with { Input = SpeechInput.Samples, SampleRate = Rate, MaxEpochs = 4 };
        using var model = Fit(options, Vectors(tones));
        Assert.Contains(_lines, line => line.Contains("frames of " + (name == RecordedEncoder.Whisper ? "6" : "1") + " values"));
        string file = Save(model), folder = _folder.File("tuned");
        model.SaveModel(folder);
        Directory.Delete(encoder, recursive: true);

        IDataView view = Vectors(others);
        using (KappaTuneSpeechTransformer loaded = Load(file))
        {
            Assert.Equal(Heard(model, view), Heard(loaded, view));
            // Of this encoder's long products the last bit depends on where in memory its weights lie.
            Assert.Equal(Likelihoods(model, view), Likelihoods(loaded, view), Same);
        }

        string sound = File.ReadAllText(Path.Combine(folder, "sound.json"));
        Assert.Contains(name == RecordedEncoder.Whisper ? "\"normalization\": \"whisper\"" : "\"wave_rate\": 16000", sound);
        // It goes on as the folder says, and its own encoder is the only one that it can have.
        var again = options with { BaseModel = folder, Fusion = options.Fusion! with { EncoderModel = null } };
        using (var further = Fit(again, Vectors(tones)))
            Assert.True(further.Report!.Losses[0].Loss < model.Report!.Losses[0].Loss, "it begins anew");
        var e = Assert.Throws<ArgumentException>(
            () => Fit(options with { BaseModel = folder, Fusion = OptionsFor(RecordedEncoder.Folder(name)).Fusion }, Vectors(tones)));
        Assert.Equal("EncoderModel", e.ParamName);
    }

    [Fact]
    public void Files_and_samples_of_the_same_sound_are_the_same()
    {
        (float[] Samples, string Word)[] tones = Short(8, seed: 1);
        Clip[] clips = Files(tones);
        KappaTuneSpeechEstimator.Options options = OptionsFor(RecordedEncoder.Folder(RecordedEncoder.Wav2Vec2)) with { MaxEpochs = 1 };
        using var ofFiles = Fit(options, View(clips));
        using var ofSamples = Fit(options with { Input = SpeechInput.Samples, SampleRate = Rate }, Vectors(tones));
        Assert.Equal(ofFiles.Report!.Losses, ofSamples.Report!.Losses);
        // Samples are frames of one value, at the encoder's rate.
        float[][] resampled = [.. tones.Select(tone => Resampler.Resample(tone.Samples, Rate, 16_000))];
        using var ofFrames = Fit(
            options with { Input = SpeechInput.Frames, FrameSize = 1 }, Vectors(resampled.Zip(tones, (row, tone) => (row, tone.Word))));
        Assert.Equal(ofFiles.Report!.Losses, ofFrames.Report!.Losses);
    }

    [Fact]
    public void A_fresh_process_hears_without_any_registration()
    {
        Clip[] clips = Files(Short(4, seed: 2));
        string rows = _folder.File("rows.tsv"), result = _folder.File("result.tsv");
        File.WriteAllLines(rows, clips.Select(clip => clip.Audio));
        using var model = Fit(OptionsFor(RecordedEncoder.Folder(RecordedEncoder.Wav2Vec2)) with { MaxEpochs = 1 }, View(clips));
        (int exitCode, _, string errors) = LoaderProcess.Run(AppContext.BaseDirectory, ["hear", Save(model), rows, result]);
        Assert.True(exitCode == 0, errors);
        IDataView view = View(clips);
        string[][] lines = [.. File.ReadLines(result).Select(line => line.Split('\t'))];
        Assert.Equal(Heard(model, view), lines.Select(line => line[0]));
        Assert.Equal(
            Likelihoods(model, view),
            lines.Select(line => BitConverter.Int32BitsToSingle(int.Parse(line[1], CultureInfo.InvariantCulture))), Same);
    }

    [Fact]
    public void What_contradicts_it_is_refused()
    {
        IDataView rows = Vectors(Short(4, seed: 1));
        KappaTuneSpeechEstimator.Options whisper = OptionsFor(RecordedEncoder.Folder(RecordedEncoder.Whisper)) with
        {
            Input = SpeechInput.Samples,
            SampleRate = Rate,
            MaxEpochs = 1,
        };
        Assert.Equal("Sound", Wrong(whisper with { Sound = Sound }));
        var half = new LogMelOptions { Bands = 6, Normalization = LogMelNormalization.Whisper, PadToSeconds = 0.24, MaximumSeconds = 1 };
        using (var padded = Fit(whisper with { Sound = half }, rows))
            Assert.Equal(4, padded.Report!.TrainingRows);
        // How long sound may be is no contradiction, and all else stays the encoder's.
        using (var bounded = Fit(whisper with { Sound = new() { MaximumSeconds = 1 } }, rows))
        using (var unbounded = Fit(whisper, rows))
            Assert.Equal(unbounded.Report!.Losses, bounded.Report!.Losses);
        var tooLong = Assert.Throws<FormatException>(() => Fit(whisper with { Sound = new() { MaximumSeconds = 0.1 } }, rows));
        Assert.Contains("last longer than 0.1 seconds", tooLong.Message);
        KappaTuneSpeechEstimator.Options wave = OptionsFor(RecordedEncoder.Folder(RecordedEncoder.Wav2Vec2));
        Assert.Equal("Sound", Wrong(whisper with { Sound = half, Fusion = wave.Fusion }));
        var frames = whisper with { Input = SpeechInput.Frames, SampleRate = null, FrameSize = 4 };
        Assert.Equal("FrameSize", Wrong(frames));
        Assert.Equal("EncoderEpochs", Wrong(whisper with { EncoderEpochs = 1 }));
        Assert.Equal("Fusion.EncoderLayers", Wrong(whisper with { Fusion = whisper.Fusion! with { EncoderLayers = 1 } }));
        Assert.Throws<CheckpointFormatException>(
            () => Fit(whisper with { Fusion = whisper.Fusion! with { EncoderModel = _folder.File("none") } }, rows));

        using var model = Fit(whisper, rows);
        var e = Assert.Throws<FormatException>(() => Heard(model, Vectors([(new float[Rate], "good")])));
        Assert.Contains("The recording has 100 frames, and the encoder takes 24.", e.Message);

        string? Wrong(KappaTuneSpeechEstimator.Options options) => Assert.Throws<ArgumentException>(() => Fit(options, rows)).ParamName;
    }

    private static bool Same(float first, float second) => Math.Abs(first - second) < 1e-4;

    private KappaTuneSpeechEstimator.Options OptionsFor(string encoder) => Options with
    {
        Sound = null,
        Fusion = new()
        {
            EncoderModel = encoder,
            StackedVectors = File.ReadAllText(Path.Combine(encoder, "config.json")).Contains("wav2vec2") ? 16 : 2,
            ProjectorSize = 16,
            InitialGain = 1,
            PromptBefore = "the film",
            PromptAfter = "we think",
        },
    };

    private Clip[] Files(IEnumerable<(float[] Samples, string Word)> tones) =>
        [.. tones.Select((tone, i) => new Clip { Audio = WriteFile($"short-{i}.wav", tone.Samples), Label = tone.Word })];

    private static (float[] Samples, string Word)[] Short(int count, int seed) =>
        [.. Tones(count, seed).Select(tone => (tone.Samples[..Samples], tone.Word))];
}
