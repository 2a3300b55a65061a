using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace Samples.Tests;

/// <summary>The code that the guide shows of models that hear, run on a tiny model.</summary>
public sealed class SpeechGuideTests : IDisposable
{
    private readonly Sample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void A_decoder_learns_to_hear_and_keeps_its_language()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.Write(_sample.Folder, "decoder"), file = _sample.Folder.File("model.zip");
        string books = _sample.Folder.Write(
            "books.txt", string.Concat(Enumerable.Repeat("we think a good film . they saw the book .\n", 40)));
        IDataView recordings = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new Clip
        {
            File = WriteTone(i, i % 2 == 0 ? 300 : 3000),
            Said = i % 2 == 0 ? "good" : "bad",
        }));

        var estimator = mlContext.Transforms.KappaTuneSpeech(new()
        {
            BaseModel = decoder,                     // a folder in Hugging Face layout, or a .gguf file
            InputColumnName = "File",                // paths of WAV files: PCM of any rate, channels mixed to one
            LabelColumnName = "Said",                // their transcripts, empty where nobody speaks
            BatchSize = 8,
            MaxEpochs = 2,
            ValidationFraction = 0.25,
            RetentionText = books,                   // a text file: what the model kept of its language
            RetentionPrompts = ["we saw a good"],    // what it writes behind these, before and after
        });
        using var model = estimator.Fit(recordings);
        Console.WriteLine(model.Report);             // word and character errors after each epoch, bits a byte of the control text
        IDataView heard = model.Transform(recordings);   // adds Transcript, LogLikelihood, MeanLogLikelihood and NoSpeech
        foreach (string transcript in heard.GetColumn<string>("Transcript"))
            Console.WriteLine(transcript);
        foreach (GeneratedPiece piece in model.Generator.Generate("we saw a good", cancellationToken: cancellationToken))
            Console.Write(piece.Text);               // it still writes as before
        mlContext.Model.Save(model, recordings.Schema, file);

        Assert.All(model.Report!.Epochs, epoch => Assert.Equal(2, epoch.Validation!.Transcripts!.Value.Words.Length));
        Assert.NotNull(model.Report.Retention!.BitsPerByte);
        Assert.Single(model.Report.Answers);
        using var loaded = (KappaTuneSpeechTransformer)mlContext.Model.Load(file, out _);
        Assert.Equal(heard.GetColumn<string>("Transcript"), loaded.Transform(recordings).GetColumn<string>("Transcript"));
    }

    [Fact]
    public void A_decoder_learns_frames_of_any_modality()
    {
        var mlContext = new MLContext(seed: 1);
        string decoder = TinyDecoder.Write(_sample.Folder, "decoder");
        IDataView motions = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new Clip
        {
            Motion = new float[6 * (20 + i)],
            Said = i % 2 == 0 ? "good" : "bad",
        }));

        var estimator = mlContext.Transforms.KappaTuneSpeech(new()
        {
            BaseModel = decoder,
            Input = SpeechInput.Frames,              // or Samples, at a SampleRate
            FrameSize = 6,                           // numbers of a frame: of an accelerometer and a gyroscope, say
            InputColumnName = "Motion",
            LabelColumnName = "Said",
            MaxEpochs = 2,
            Fusion = new() { Convolutions = 2, PromptBefore = "Motion:", PromptAfter = "\nMeaning:" },
        });

        using var model = estimator.Fit(motions);
        Assert.Equal(4, model.Transform(motions).GetColumn<string>("Transcript").Count());
    }

    private string WriteTone(int number, double frequency)
    {
        string path = _sample.Folder.File($"tone-{number}.wav");
        File.WriteAllBytes(path, WaveBytes.Of(8000, WaveBytes.Tone(8000, frequency, 1600 + 200 * number)));
        return path;
    }

    private sealed class Clip
    {
        public string File { get; set; } = "";

        public string Said { get; set; } = "";

        public float[] Motion { get; set; } = [];
    }
}
