using Microsoft.ML.KappaTune.Tests.Rows;

namespace Microsoft.ML.KappaTune.Tests.Speech;

/// <summary>What is wrong with options, columns and recordings is said by name, before it costs anything.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class WrongSpeechTests : SpeechPipeline
{
    [Fact]
    public void Wrong_options()
    {
        Assert.Equal("BaseModel", Wrong(new()));
        Assert.Equal("LabelColumnName", Wrong(Options with { LabelColumnName = "Audio" }));
        Assert.Equal("NoSpeechColumnName", Wrong(Options with { NoSpeechColumnName = "Transcript" }));
        Assert.Equal("FrameSize", Wrong(Options with { Input = SpeechInput.Frames, Sound = null }));
        Assert.Equal("FrameSize", Wrong(Options with { FrameSize = 3 }));
        Assert.Equal("Sound", Wrong(Options with { Input = SpeechInput.Frames, FrameSize = 4 }));
        Assert.Equal("SampleRate", Wrong(Options with { SampleRate = 8000 }));
        Assert.Equal("Sound.Bands", Wrong(Options with { Sound = Sound with { Bands = 0 } }));
        Assert.Equal("Fusion.Convolutions", Wrong(Options with { Fusion = new() { Convolutions = 9 } }));
        Assert.Equal("Generation.TopP", Wrong(Options with { Generation = new() { TopP = 2 } }));
        Assert.Equal("EarlyStopping", Wrong(Options with { EarlyStopping = new() }));
        var byErrors = Options with { EarlyStopping = new(ValidationMetric.WordErrorRate), ValidationFraction = 0.5 };
        Assert.Equal("EarlyStopping.Metric", Wrong(byErrors with { MeasureErrors = false }));
        Assert.NotNull(_context.Transforms.KappaTuneSpeech(byErrors));
        var language = new KappaTuneLanguageModelEstimator.Options
        {
            BaseModel = _base,
            EarlyStopping = byErrors.EarlyStopping,
            ValidationFraction = 0.5,
        };
        Assert.Equal(
            "EarlyStopping.Metric",
            Assert.Throws<ArgumentException>(() => _context.Transforms.Text.KappaTuneLanguageModel(language)).ParamName);
    }

    [Fact]
    public void Wrong_columns()
    {
        IDataView files = View(Clips(2, seed: 1)), vectors = Vectors(Tones(2, seed: 1));
        Assert.Contains("input column 'Sound'", Mismatch(Options with { InputColumnName = "Sound" }, files));
        Assert.Contains("label column 'Said'", Mismatch(Options with { LabelColumnName = "Said" }, files));
        Assert.Contains("expected String", Mismatch(Options, vectors));
        Assert.Contains("Schema mismatch for input column 'Audio'", Mismatch(Options with { Input = SpeechInput.Samples }, files));
        Assert.Throws<InvalidOperationException>(() => Fit(Options, View()));
        // The label isn't read where there is nothing to learn.
        using var model = Fit(Options with { MaxEpochs = 1 });
        IDataView only = _context.Data.LoadFromEnumerable(Clips(2, seed: 2).Select(clip => new { clip.Audio }));
        Assert.Equal(2, Heard(model, only).Length);

        string Mismatch(KappaTuneSpeechEstimator.Options options, IDataView rows)
        {
            var estimator = _context.Transforms.KappaTuneSpeech(options);
            var spy = new ShapeSpy();
            spy.Append(new ShapeSpy()).Fit(rows);
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(spy.Seen!));
            return Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(rows)).Message;
        }
    }

    [Fact]
    public void A_base_that_is_no_decoder()
    {
        var e = Assert.Throws<CheckpointFormatException>(
            () => Fit(Options with { BaseModel = TinyModel.Write(_folder, "encoder") }, View(new Clip { Audio = "none" })));
        Assert.Contains("bert", e.Message);
    }

    [Fact]
    public void Wrong_files()
    {
        Clip[] clips = Clips(4, seed: 1);
        string none = _folder.File("none.wav");
        var missing = Assert.Throws<AudioFormatException>(() => Fit(Options, View([.. clips, new() { Audio = none }])));
        Assert.Equal(none, missing.File);
        var e = Assert.Throws<FormatException>(() => Fit(Options, View([.. clips, new()])));
        Assert.StartsWith("Row 5 of the training data, column 'Audio': There is no path.", e.Message);
        e = Assert.Throws<FormatException>(() => Fit(Options with { ValidationSet = View(new Clip()) }, View(clips)));
        Assert.StartsWith("Row 1 of the validation data, column 'Audio': ", e.Message);

        using var model = Fit(Options with { MaxEpochs = 1 }, View(clips));
        Assert.Throws<AudioFormatException>(() => Heard(model, View(new Clip { Audio = none })));
        // 100 vectors, where the model has a context of 32 tokens.
        string longer = WriteFile("long.wav", new float[4 * Rate]);
        e = Assert.Throws<FormatException>(() => Heard(model, View([.. Clips(40, seed: 3), new() { Audio = longer }])));
        Assert.StartsWith("Row 41, column 'Audio': The recording has ", e.Message);
        Assert.Contains("leaves no room", e.Message);
        using var engine = _context.Model.CreatePredictionEngine<Clip, Output>(model);
        e = Assert.Throws<FormatException>(() => engine.Predict(new() { Audio = longer }));
        Assert.StartsWith("Column 'Audio': ", e.Message);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_said_when_its_row_is_asked_for_and_of_no_other()
    {
        Clip[] clips = Clips(4, seed: 1);
        using var model = Fit(Options with { MaxEpochs = 1 }, View(clips));
        string[] heard = Heard(model, View(clips));
        string none = _folder.File("none.wav"), longer = WriteFile("long.wav", new float[4 * Rate]);
        IDataView mixed = model.Transform(
            View(clips[0], new() { Audio = none }, clips[1], new() { Audio = longer }, clips[2], clips[3]));
        DataViewSchema.Column transcript = mixed.Schema["Transcript"];
        using DataViewRowCursor cursor = mixed.GetRowCursor([transcript]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(transcript);
        ReadOnlyMemory<char> text = default;
        var found = new List<string>();
        while (cursor.MoveNext())
        {
            switch (cursor.Position)
            {
                case 1:
                    Assert.Equal(none, Assert.Throws<AudioFormatException>(() => getter(ref text)).File);
                    break;
                case 3:
                    string message = Assert.Throws<FormatException>(() => getter(ref text)).Message;
                    Assert.StartsWith("Row 4, column 'Audio': The recording has ", message);
                    break;
                default:
                    getter(ref text);
                    found.Add(text.ToString());
                    break;
            }
        }

        Assert.Equal(heard, found);
        // A row that nobody asks for is nobody's fault.
        using DataViewRowCursor first = mixed.GetRowCursor([transcript]);
        var only = first.GetGetter<ReadOnlyMemory<char>>(transcript);
        Assert.True(first.MoveNext());
        only(ref text);
        Assert.Equal(heard[0], text.ToString());
    }

    [Theory]
    [InlineData(SpeechInput.Samples, "Sample 1 is NaN")]
    [InlineData(SpeechInput.Frames, "Value 1 of frame 0 is NaN")]
    public void Wrong_numbers(SpeechInput input, string reason)
    {
        (float[] Values, string Word)[] rows = [([0, 0, 0, 0], "good"), ([0, float.NaN, 0, 0], "bad")];
        KappaTuneSpeechEstimator.Options options = OptionsOf(input);
        var e = Assert.Throws<FormatException>(() => Fit(options, Vectors(rows)));
        Assert.StartsWith($"Row 2 of the training data, column 'Audio': {reason}", e.Message);
        Assert.DoesNotContain("Parameter", e.Message);
    }

    [Fact]
    public void Wrong_sizes()
    {
        var e = Assert.Throws<FormatException>(() => Fit(OptionsOf(SpeechInput.Frames), Vectors([([1, 2, 3, 4, 5], "good")])));
        Assert.Contains("5 values aren't whole frames of 4", e.Message);
        var options = OptionsOf(SpeechInput.Samples) with { Sound = Sound with { MaximumSeconds = 0.1 } };
        e = Assert.Throws<FormatException>(() => Fit(options, Vectors([(new float[Rate], "good")])));
        Assert.Contains("8000 samples last longer than 0.1 seconds", e.Message);
    }

    private KappaTuneSpeechEstimator.Options OptionsOf(SpeechInput input) => input == SpeechInput.Frames
        ? Options with { Input = input, FrameSize = 4, Sound = null }
        : Options with { Input = input };

    /// <summary>The option that is wrong.</summary>
    private string? Wrong(KappaTuneSpeechEstimator.Options options) =>
        Assert.Throws<ArgumentException>(() => _context.Transforms.KappaTuneSpeech(options)).ParamName;
}
