using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

/// <summary>Completions that a tiny random decoder learns in a second, and whole runs of it.</summary>
internal sealed class TinyLanguageTask : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyLanguageTask(DecoderConfig? config = null)
    {
        Base = TinyDecoder.Write(_folder, config: config);
        Train = Rows(48, seed: 1);
        Validation = Rows(20, seed: 2);
        var random = new Random(7);
        Text = _folder.Write("control.txt", string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..], 20 * 32)));
    }

    public string Base { get; }

    public string States => _folder.File("states");

    /// <summary>A control text of 20 windows or so.</summary>
    public string Text { get; }

    public LanguageModelExample[] Train { get; set; }

    public LanguageModelExample[] Validation { get; set; }

    public TuningOptions Options => TinyTask.OptionsFor<TinyOptions>(Base) with { MaxEpochs = 3, LearningRate = 2e-2 };

    public LanguageModelRequest Task(TuningOptions? options = null, bool validates = true) => new()
    {
        Options = options ?? Options,
        Train = Train,
        Validation = validates ? Validation : null,
    };

    /// <summary>Tunes, and checks that what isn't selected is the base's, bit for bit. The model is disposed.</summary>
    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(LanguageModelRequest request)
    {
        TuningOutcome<CausalLanguageModel> tuned = LanguageModelTuner.Tune(request);
        using CausalLanguageModel model = tuned.Model;
        SortedDictionary<string, float[]> weights = TinyTask.Weights(model);
        tuned.Adapters?.Dispose();
        foreach ((string name, float[] values) in Untuned())
            Assert.True(tuned.TrainedTensors.Contains(name) || values.AsSpan().SequenceEqual(weights[name]), $"{name} changed");
        return (tuned.Report, weights);
    }

    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(TuningOptions? options = null) => Tune(Task(options));

    /// <summary>The base model as it is.</summary>
    public SortedDictionary<string, float[]> Untuned()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Base);
        using CausalLanguageModel model = CausalLanguageModel.Load(checkpoint);
        return TinyTask.Weights(model);
    }

    public HuggingFaceTokenizer Tokenizer() => HuggingFaceTokenizer.Create(TokenizerFiles.Read(Base, null));

    private static LanguageModelExample[] Rows(int count, int seed) =>
        [.. TinyDecoder.Completions(count, seed).Select(row => LanguageModelExample.OfCompletion(row.Prompt, row.Completion))];

    public void Dispose() => _folder.Dispose();
}
