using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>A task that a tiny random encoder learns in a second, and whole runs of it.</summary>
internal sealed class TinyTask : IDisposable
{
    public const int Hidden = 16, Layers = 2;

    private static readonly string[] Classes = ["good", "bad"];

    private readonly TemporaryFolder _folder = new();

    public TinyTask(double dropout = 0.1, ScalarType? dtype = null, int seed = 3, bool withPooler = false)
    {
        EncoderConfig config = TinyModel.Config() with { HiddenDropout = dropout, AttentionDropout = dropout, ClassifierDropout = dropout };
        TinyModel.Write(_folder, "base", seed, config);
        if (withPooler || dtype is not null)
        {
            using SequenceClassifier model = SequenceClassifier.Create(config, 3, seed);
            ModelWriter.SaveFolder(Base, model, ["a", "b", "c"], dtype ?? float32);
        }

        Train = Rows(160, seed: 1);
        Validation = Rows(60, seed: 2);
    }

    public string Base => _folder.File("base");

    public string States => _folder.File("states");

    public TextExample[] Train { get; set; }

    public TextExample[] Validation { get; set; }

    public TuningOptions Options => As<TinyOptions>();

    /// <summary>The same for a tiny decoder, which needs some more steps.</summary>
    public TuningOptions DecoderOptions => Options with { BaseModel = Decoder, MaxEpochs = 6, LearningRate = 2e-2 };

    /// <summary>The decoder, made when it is asked for first.</summary>
    public string Decoder => Directory.Exists(_folder.File("decoder")) ? _folder.File("decoder") : TinyDecoder.Write(_folder, "decoder");

    /// <summary>The same options of another kind.</summary>
    public T As<T>()
        where T : TuningOptions, new() => OptionsFor<T>(Base);

    /// <summary>Options with which a tiny model learns quickly, the same everywhere: on one thread, without a scan cache.</summary>
    public static T OptionsFor<T>(string baseModel)
        where T : TuningOptions, new() => new()
        {
            BaseModel = baseModel,
            Selection = KappaSelection.LowestFraction(0.5),
            MaxEpochs = 2,
            BatchSize = 8,
            LearningRate = 1e-2,
            HeadLearningRate = 1e-2,
            Threads = 1,
            Device = "cpu",
            ScanCacheDirectory = null,
        };

    public TextClassificationRequest Task(TuningOptions? options = null, bool validates = false) => new()
    {
        Options = options ?? Options,
        Train = Train,
        Validation = validates ? Validation : null,
        Classes = Classes,
    };

    public TunedClassifier Tune(TuningOptions? options = null, bool validates = false) =>
        TextClassificationTuner.Tune(Task(options, validates));

    /// <summary>Texts of 3 to 12 words, one of them a class's.</summary>
    public static TextExample[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            string[] words = random.GetItems(TinyModel.Filler, random.Next(3, 13));
            int label = random.Next(Classes.Length);
            words[random.Next(words.Length)] = Classes[label];
            return new TextExample(string.Join(' ', words), null, label);
        })];
    }

    /// <summary>Copies of all parameters of a tuned model, which is disposed.</summary>
    public static SortedDictionary<string, float[]> WeightsOf(TunedClassifier tuned)
    {
        using TextClassifier classifier = tuned.Classifier;
        using LoraAdaptersOwner owner = new(tuned);
        return classifier.Use(Weights);
    }

    public static SortedDictionary<string, float[]> Weights(nn.Module module)
    {
        var weights = new SortedDictionary<string, float[]>(StringComparer.Ordinal);
        foreach ((string name, var parameter) in module.named_parameters())
        {
            using var scope = NewDisposeScope();
            weights.Add(name, [.. parameter.detach().to(float32).reshape(-1).data<float>()]);
        }

        return weights;
    }

    /// <summary>The base model as it is, with the head that a seed gives.</summary>
    public SortedDictionary<string, float[]> Untuned(int seed = 0)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Base);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, Classes.Length, RandomSeeds.ForHead(seed), resetHead: true);
        return Weights(model);
    }

    public static void AssertSame(SortedDictionary<string, float[]> expected, SortedDictionary<string, float[]> actual, float tolerance = 0)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, float[] values) in expected)
        {
            float difference = values.Zip(actual[name], (a, b) => Math.Abs(a - b)).Max();
            Assert.True(difference <= tolerance, $"{name} differs by {difference}");
        }
    }

    public static bool AreSame(SortedDictionary<string, float[]> one, SortedDictionary<string, float[]> other) =>
        one.All(pair => pair.Value.AsSpan().SequenceEqual(other[pair.Key]));

    public void Dispose() => _folder.Dispose();

    private readonly struct LoraAdaptersOwner(TunedClassifier tuned) : IDisposable
    {
        public void Dispose() => tuned.Adapters?.Dispose();
    }
}

/// <summary>The options of a tuning, without those of ML.NET's trainer.</summary>
internal sealed record TinyOptions : TuningOptions;
