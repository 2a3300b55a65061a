using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Speech;

/// <summary>Sounds of two kinds that a tiny random decoder learns to name in a second, and whole runs of it.</summary>
internal sealed class TinySpeechTask : IDisposable
{
    public const int FrameSize = 4;

    /// <summary>A low sound, and a high one.</summary>
    public static readonly string[] Words = ["good", "bad"];

    private readonly TemporaryFolder _folder = new();

    public TinySpeechTask()
    {
        Base = TinyDecoder.Write(_folder);
        Train = Rows(48, seed: 1);
        Validation = Rows(20, seed: 2);
    }

    public string Base { get; }

    public SpeechExample[] Train { get; set; }

    public SpeechExample[] Validation { get; set; }

    public TuningOptions Options => TinyTask.OptionsFor<TinyOptions>(Base) with { MaxEpochs = 3, LearningRate = 1e-2 };

    public static FusionOptions Fusion { get; } = new()
    {
        EncoderSize = 8,
        Convolutions = 1,
        ResidualBlocks = 1,
        EncoderLayers = 1,
        EncoderHeads = 2,
        StackedVectors = 2,
        ProjectorSize = 16,
        InitialGain = 1,
        // How loud each place is is all that there is to hear.
        NormalizeFrames = false,
        PromptBefore = "the film",
        PromptAfter = "we think",
    };

    public string File(string name) => _folder.File(name);

    public SpeechRequest Task(TuningOptions? options = null, bool validates = true) => new()
    {
        Options = options ?? Options,
        Fusion = Fusion,
        Train = Train,
        Validation = validates ? Validation : null,
    };

    /// <summary>Tunes, and checks that what isn't selected is the base's, bit for bit. The model is disposed.</summary>
    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(
        SpeechRequest request, Action<TuningOutcome<FusedModel>>? use = null)
    {
        TuningOutcome<FusedModel> tuned = SpeechTuner.Tune(request);
        using FusedModel model = tuned.Model;
        SortedDictionary<string, float[]> weights = TinyTask.Weights(model);
        foreach ((string name, float[] values) in Untuned())
            Assert.True(tuned.TrainedTensors.Contains(name) || values.AsSpan().SequenceEqual(weights[name]), $"{name} changed");
        Assert.Empty(model.NewParameters.Except(tuned.TrainedTensors));
        use?.Invoke(tuned);
        tuned.Adapters?.Dispose();
        return (tuned.Report, weights);
    }

    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(TuningOptions? options = null) => Tune(Task(options));

    /// <summary>The base model as it is, without what it hears by.</summary>
    public SortedDictionary<string, float[]> Untuned()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return TinyTask.Weights(model);
    }

    /// <summary>What a model hears in rows; the model stays.</summary>
    public static string[] Hear(FusedModel model, HuggingFaceTokenizer tokenizer, IReadOnlyList<SpeechExample> rows)
    {
        var transcriber = new Transcriber(
            new SharedModel<CausalLanguageModel>(model), model.FusionConfig, model.Decoder.Config, tokenizer, [TinyDecoder.End],
            CPU);
        Transcript[] transcripts = transcriber.TranscribeAll(
            [.. rows.Select(row => row.Frames)], new GenerationOptions { MaxTokens = 4 },
            cancellationToken: TestContext.Current.CancellationToken);
        return [.. transcripts.Select(transcript => transcript.Text)];
    }

    /// <summary>Recordings of 10 to 18 frames with a little noise.</summary>
    public static SpeechExample[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new SpeechExample(Sound(i % 2, random.Next(10, 19), random), Words[i % 2]))];
    }

    private static Frames Sound(int place, int count, Random random) =>
        new([.. Enumerable.Range(0, count * FrameSize).Select(
            i => (i % FrameSize == place ? 1 : 0) + (float)(0.2 * random.NextDouble() - 0.1))], FrameSize);

    public void Dispose() => _folder.Dispose();
}
