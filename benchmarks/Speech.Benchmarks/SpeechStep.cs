using System.Diagnostics;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Speech;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

/// <summary>A training step of a fused model, as the loop does it, by what it hears or by the same tokens as text.</summary>
internal sealed class SpeechStep : IDisposable
{
    private readonly FusedModel _model;
    private readonly PartlyFrozenModel _parts;
    private readonly TrainedWeights _weights;
    private readonly CausalLmLoss _loss = new(routerBalance: 0, chosenExperts: 0);
    private readonly SpeechRows _rows;
    private readonly FlatAdamW _optimizer;

    /// <param name="work">A folder for the decoder.</param>
    /// <param name="isSelected">Whether a parameter of the decoder trains, by its name; encoder and projector do.</param>
    public SpeechStep(SpeechShape shape, string work, Func<string, bool> isSelected)
    {
        string folder = Path.Combine(work, Guid.NewGuid().ToString("N"));
        using (CausalLanguageModel decoder = CausalLanguageModel.Create(shape.Decoder, seed: 1))
            ModelWriter.SaveFolder(folder, decoder);
        using (Checkpoint checkpoint = Checkpoint.Open(folder))
        {
            FusionConfig config = FusionConfig.Create(shape.Fusion, SpeechShape.FrameSize, shape.Decoder.HiddenSize);
            _model = FusedModel.Create(checkpoint, shape.Decoder, config, seed: 1);
        }

        string[] trained =
            [.. _model.named_parameters().Select(named => named.name).Where(name => FusionParts.IsOf(name) || isSelected(name))];
        _weights = TrainedWeights.Create(
            _model, trained.Select(name => new TensorSlice(name)), _model.NewParameters, adapters: null, isBFloat16: false);
        _parts = new(_model, trained);
        _optimizer = _weights.NewOptimizer(1e-5, 1e-5, 0.01, 0.999);
        _rows = NewRows(_model.FusionConfig, shape.Decoder.VocabularySize);
    }

    public FusionConfig Fusion => _model.FusionConfig;

    /// <summary>Parameters that train.</summary>
    public long Count => _weights.Count;

    /// <summary>Tokens of each row, vectors' places among them.</summary>
    public IReadOnlyList<int> Lengths => _rows.Lengths;

    /// <summary>A whole step; gives its seconds.</summary>
    public double Run(bool hears)
    {
        long start = Stopwatch.GetTimestamp();
        _weights.ClearGradients();
        using (NewDisposeScope())
        {
            int[] all = [.. Enumerable.Range(0, _rows.Count)];
            TokenBatch batch = hears ? _rows.Batch(all, CPU) : _rows.Text.Batch(all, CPU);
            Tensor states = _parts.RunTrained(batch, frozen: null, training: true);
            _loss.Backward(_model, states, _rows.Text, batch, (int)_rows.CountedTokens!.Value);
            _weights.CollectGradients();
        }

        _optimizer.Step(FlatAdamW.ClippingFactor(_optimizer.GradientNorm(), 1));
        _weights.Publish();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _weights.Dispose();
        _loss.Dispose();
        _model.Dispose();
    }

    private static SpeechRows NewRows(FusionConfig config, int vocabulary)
    {
        var random = new Random(1);
        SpeechRow[] rows = [.. SpeechShape.Frames.Select(count =>
        {
            var frames = new Frames(
                [.. Enumerable.Range(0, count * config.FrameSize).Select(_ => (float)random.NextDouble())], config.FrameSize);
            int prompt = SpeechShape.Before + config.VectorCount(count) + SpeechShape.Behind;
            int[] ids = [.. Enumerable.Range(0, prompt + SpeechShape.Transcript).Select(_ => random.Next(vocabulary))];
            bool[] counted = [.. ids.Select((_, i) => i >= prompt)];
            return new SpeechRow(
                new SpeechExample(frames, ""), LanguageModelRow.Of(new(ids, counted, IsTruncated: false, CrossesPrompt: false)),
                frames.For(config));
        })];
        return new(rows, config, SpeechShape.Before, dropped: 0, padId: 0);
    }
}
