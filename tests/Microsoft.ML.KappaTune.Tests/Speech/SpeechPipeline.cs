using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Tests.Audio;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Speech;

/// <summary>A tiny language model that a test makes hear tones, in ML.NET's pipelines and files, and recordings of them.</summary>
public abstract class SpeechPipeline : IDisposable
{
    private protected const int Rate = 8000;

    private protected readonly TemporaryFolder _folder = new();
    private protected readonly MLContext _context = new(seed: 1);
    private protected readonly List<string> _lines = [];
    private protected readonly string _base;

    private protected SpeechPipeline()
    {
        _base = TinyDecoder.Write(_folder);
        _context.Log += (_, e) =>
        {
            if (e.Kind is Runtime.ChannelMessageKind.Warning or Runtime.ChannelMessageKind.Info)
                _lines.Add(e.Message);
        };
    }

    /// <summary>Bands in which tones differ. A tone never changes, so that what is normalised over time has nothing left of it.</summary>
    private protected static LogMelOptions Sound { get; } =
        new() { SampleRate = Rate, Bands = 4, Normalization = LogMelNormalization.Whisper };

    /// <summary>Options with which it learns two words in some seconds, the same everywhere.</summary>
    private protected KappaTuneSpeechEstimator.Options Options => TinyTask.OptionsFor<KappaTuneSpeechEstimator.Options>(_base) with
    {
        MaxEpochs = 2,
        Sound = Sound,
        Fusion = new()
        {
            EncoderSize = 8,
            Convolutions = 1,
            ResidualBlocks = 1,
            StackedVectors = 2,
            ProjectorSize = 16,
            InitialGain = 1,
            NormalizeFrames = false,
            PromptBefore = "the film",
            PromptAfter = "we think",
        },
        Generation = new() { MaxTokens = 4 },
    };

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Samples of a low tone, which is a good one, or of a high one, which is bad; of 0.2 to 0.4 seconds.</summary>
    private protected static (float[] Samples, string Word)[] Tones(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => (
            Array.ConvertAll(
                WaveBytes.Tone(Rate, (i % 2 == 0 ? 300 : 2500) + random.Next(100), random.Next(1600, 3200)), sample => (float)sample),
            i % 2 == 0 ? "good" : "bad"))];
    }

    /// <summary>Files of such tones, which have the samples bit for bit.</summary>
    private protected Clip[] Clips(int count, int seed) => [.. Tones(count, seed).Select((tone, i) => new Clip
    {
        Audio = WriteFile($"tone-{seed}-{i}.wav", tone.Samples),
        Label = tone.Word,
    })];

    private protected string WriteFile(string name, float[] samples)
    {
        byte[] format = WaveBytes.Format(WaveBytes.FloatingPoint, 1, Rate, 32);
        byte[] data = WaveBytes.Encode(WaveBytes.FloatingPoint, 32, samples.Select(sample => (double)sample));
        File.WriteAllBytes(_folder.File(name), WaveBytes.Of(format, data));
        return _folder.File(name);
    }

    private protected IDataView View(params Clip[] clips) => _context.Data.LoadFromEnumerable(clips);

    private protected IDataView Vectors(IEnumerable<(float[] Values, string Word)> rows) =>
        _context.Data.LoadFromEnumerable(rows.Select(row => new Vector { Audio = row.Values, Label = row.Word }));

    private protected KappaTuneSpeechTransformer Fit(KappaTuneSpeechEstimator.Options options, IDataView? rows = null) =>
        _context.Transforms.KappaTuneSpeech(options).Fit(rows ?? View(Clips(48, seed: 1)));

    /// <summary>The file.</summary>
    private protected string Save(KappaTuneSpeechTransformer model, string name = "model.zip")
    {
        _context.Model.Save(model, View(new Clip()).Schema, _folder.File(name));
        return _folder.File(name);
    }

    private protected static KappaTuneSpeechTransformer Load(string file) =>
        (KappaTuneSpeechTransformer)new MLContext().Model.Load(file, out _);

    private protected static string[] Heard(KappaTuneSpeechTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<string>("Transcript")];

    private protected static float[] Likelihoods(KappaTuneSpeechTransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float>("LogLikelihood")];

    internal sealed class Clip
    {
        public string Audio { get; set; } = "";

        public string Label { get; set; } = "";
    }

    internal sealed class Vector
    {
        public float[] Audio { get; set; } = [];

        public string Label { get; set; } = "";
    }

    internal sealed class Output
    {
        public string Transcript { get; set; } = "";

        public float LogLikelihood { get; set; }

        public float MeanLogLikelihood { get; set; }

        public float NoSpeech { get; set; }
    }
}
