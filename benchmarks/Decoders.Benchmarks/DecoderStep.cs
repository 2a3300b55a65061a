using System.Diagnostics;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

/// <summary>A training step of a language model, as the loop does it, without what is around it: files, rows, watching.</summary>
internal sealed class DecoderStep : IDisposable
{
    private readonly CausalLanguageModel _model;
    private readonly PartlyFrozenModel _parts;
    private readonly TrainedWeights _weights;
    private readonly CausalLmLoss _loss = new(routerBalance: 0, chosenExperts: 0);
    private readonly LanguageModelRows _rows;
    private FlatAdamW? _optimizer;

    /// <param name="model">The model, disposed with this.</param>
    /// <param name="isSelected">Whether a parameter trains, by its name.</param>
    /// <param name="texts">Tokens, of which all but the first count.</param>
    public DecoderStep(CausalLanguageModel model, Func<string, bool> isSelected, IReadOnlyList<int[]> texts)
    {
        _model = model;
        string[] selected = [.. model.named_parameters().Select(named => named.name).Where(isSelected)];
        _weights = TrainedWeights.Create(
            model, selected.Select(name => new TensorSlice(name)), head: [], adapters: null, isBFloat16: false);
        _parts = new(model, selected);
        LanguageModelRow[] rows =
        [
            .. texts.Select(text => LanguageModelRow.Of(
                new([.. text], [.. text.Select(_ => true)], IsTruncated: false, CrossesPrompt: false))),
        ];
        _rows = new(rows, rows.Length, truncated: 0, dropped: 0, padId: 0);
    }

    /// <summary>Parameters that train.</summary>
    public long Count => _weights.Count;

    /// <summary>So many rows of random tokens.</summary>
    public static int[][] RandomTexts(int rows, int tokens, int vocabulary)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary)).ToArray())];
    }

    /// <summary>A whole step.</summary>
    public (double Seconds, double OptimizerSeconds, double Loss) Run()
    {
        long start = Stopwatch.GetTimestamp();
        double loss = AddGradients();
        long optimizing = Stopwatch.GetTimestamp();
        Optimize();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, Stopwatch.GetElapsedTime(optimizing).TotalSeconds, loss);
    }

    /// <summary>Forward and backward.</summary>
    public double AddGradients()
    {
        _weights.ClearGradients();
        using var scope = NewDisposeScope();
        TokenBatch batch = _rows.Batch([.. Enumerable.Range(0, _rows.Count)], CPU);
        Tensor states = _parts.RunTrained(batch, _parts.RunFrozen(batch), training: true);
        double loss = _loss.Backward(_model, states, _rows, batch, (int)_rows.CountedTokens!.Value);
        _weights.CollectGradients();
        return loss;
    }

    /// <summary>Clipping and the optimizer's step; the first time makes the optimizer.</summary>
    public void Optimize()
    {
        _optimizer ??= _weights.NewOptimizer(1e-5, 1e-5, 0.01, 0.999);
        _optimizer.Step(FlatAdamW.ClippingFactor(_optimizer.GradientNorm(), 1));
        _weights.Publish();
    }

    public void Dispose()
    {
        _optimizer?.Dispose();
        _weights.Dispose();
        _loss.Dispose();
        _model.Dispose();
    }
}
