using System.Diagnostics;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

/// <summary>A training step on random tokens, as the loop does it, without what is around it: files, rows, watching.</summary>
internal sealed class TrainingStep : IDisposable
{
    private const int Classes = 4;

    private readonly SequenceClassifier _model;
    private readonly PartlyFrozenModel _partlyFrozen;
    private readonly TrainedWeights _weights;
    private readonly FlatAdamW _optimizer;
    private readonly ClassificationLoss _loss = new(0, null);
    private readonly TokenBatch _batch;
    private readonly Tensor _labels;

    public TrainingStep(string folder, Func<string, bool> isSelected, int rows, int tokens)
    {
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        EncoderConfig config = EncoderConfig.Read(checkpoint);
        _model = SequenceClassifier.Load(checkpoint, Classes, seed: 1, resetHead: true, config, float32, CPU);
        IEnumerable<TensorSlice> trained = _model.named_parameters().Select(named => named.name)
            .Where(name => isSelected(name) || _model.NewParameters.Contains(name)).Select(name => new TensorSlice(name));
        _weights = TrainedWeights.Create(_model, trained, _model.NewParameters, adapters: null, isBFloat16: false);
        _optimizer = _weights.NewOptimizer(1e-5, 1e-5, 0.01, 0.999);
        _partlyFrozen = new(_model, _weights.All.Select(weight => weight.Name));
        var random = new Random(1);
        long[] ids = [.. Enumerable.Range(0, rows * tokens).Select(_ => (long)random.Next(1000, config.VocabularySize))];
        long[] labels = [.. Enumerable.Range(0, rows).Select(_ => (long)random.Next(Classes))];
        Tensor text = tensor(ids, [rows, tokens]).DetachFromDisposeScope();
        _batch = new([.. Enumerable.Range(0, rows)], text, ones_like(text), zeros_like(text));
        _labels = tensor(labels);
    }

    /// <summary>Forward, backward, clipping and the optimizer's step; gives the optimizer's part, in seconds.</summary>
    public double Run()
    {
        using var dropout = new DropoutGenerator(1);
        _weights.ClearGradients();
        using (NewDisposeScope())
        {
            Tensor states = _partlyFrozen.RunTrained(_batch, _partlyFrozen.RunFrozen(_batch), training: true);
            Tensor mean = _loss.Sum(_model.Head(states), _labels).div(tensor((float)_batch.Rows.Length));
            mean.backward();
            _weights.CollectGradients();
            _ = mean.item<float>();
        }

        long start = Stopwatch.GetTimestamp();
        _optimizer.Step(FlatAdamW.ClippingFactor(_optimizer.GradientNorm(), 1));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _weights.Dispose();
        _loss.Dispose();
        _model.Dispose();
        foreach (Tensor? tensor in (Tensor?[])[_batch.Ids, _batch.Mask, _batch.Types, _labels])
            tensor?.Dispose();
    }
}
