using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>A model as it is measured.</summary>
/// <param name="Module">What is set to evaluation mode.</param>
/// <param name="Stack">What gives states.</param>
/// <param name="Head">States, [M, H], to logits, [M, vocabulary]; null for none.</param>
internal readonly record struct RetentionSide(nn.Module Module, TransformerStack Stack, Func<Tensor, Tensor>? Head);

/// <summary>Runs both models on a probe's windows, batch by batch, and reports how they differ.</summary>
internal sealed class RetentionComparison : IDisposable
{
    private readonly RetentionProbe _probe;
    private readonly RetentionSide _before, _after;
    private readonly StateDrift[] _drift;
    private readonly AnswerReader? _readerBefore, _readerAfter;
    private readonly RetentionTally _tallyBefore = new(), _tallyAfter = new();
    private readonly DivergenceTally _divergence = new(), _taskDivergence = new();

    private RetentionComparison(RetentionProbe probe, RetentionSide before, RetentionSide after)
    {
        _probe = probe;
        (_before, _after) = (before, after);
        (_readerBefore, _readerAfter) = (probe.NewReader(before.Head), probe.NewReader(after.Head));
        _drift = [.. Enumerable.Range(0, before.Stack.StageCount).Select(_ => new StateDrift())];
    }

    /// <summary>Compares both in evaluation mode, which the tuned model leaves afterwards if it was in training.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static RetentionReport Run(
        RetentionProbe probe, RetentionSide before, RetentionSide after, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        bool wasTraining = after.Module.training;
        before.Module.eval();
        after.Module.eval();
        try
        {
            using var guard = no_grad();
            using var comparison = new RetentionComparison(probe, before, after);
            comparison.Run(progress, cancellationToken);
            return comparison.Report();
        }
        finally
        {
            after.Module.train(wasTraining);
        }
    }

    public void Dispose()
    {
        foreach (StateDrift layer in _drift)
            layer.Dispose();
    }

    private void Run(Action<int, int>? progress, CancellationToken cancellationToken)
    {
        int done = 0, all = _probe.Windows.Count;
        foreach (MaskedWindow[] windows in _probe.Task.Chunk(_probe.Settings.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            foreach ((Answers before, Answers after) in TaskAnswers(_before, batch).Zip(TaskAnswers(_after, batch)))
            {
                _taskDivergence.Add(before, after);
                before.Logits.Dispose();
                after.Logits.Dispose();
            }
        }

        foreach (MaskedWindow[] windows in _probe.Batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Compare(BatchOf(windows));
            done += windows.Length;
            progress?.Invoke(done / _probe.WindowsPerSample, all / _probe.WindowsPerSample);
        }
    }

    private void Compare(WindowBatch batch)
    {
        (TransformerStack before, TransformerStack after) = (_before.Stack, _after.Stack);
        AttentionInput inputBefore = before.AttentionOf(batch.Mask), inputAfter = after.AttentionOf(batch.Mask);
        Tensor x = before.Embed(batch.Ids, batch.Mask, batch.Types), y = after.Embed(batch.Ids, batch.Mask, batch.Types);
        _drift[0].Add(x, y, batch.Mask);
        for (int layer = 1; layer < before.StageCount; layer++)
        {
            (Tensor lowerX, Tensor lowerY) = (x, y);
            (x, y) = (before.Layer(layer - 1, x, inputBefore), after.Layer(layer - 1, y, inputAfter));
            lowerX.Dispose();
            lowerY.Dispose();
            _drift[layer].Add(x, y, batch.Mask);
        }

        if (_readerBefore is null)
            return;
        foreach ((Answers first, Answers second) in _readerBefore.ReadInPieces(batch, _readerBefore.FeaturesOf(batch, x))
            .Zip(_readerAfter!.ReadInPieces(batch, _readerAfter.FeaturesOf(batch, y))))
        {
            _tallyBefore.Add(first);
            _tallyAfter.Add(second);
            _divergence.Add(first, second);
            first.Logits.Dispose();
            second.Logits.Dispose();
        }
    }

    private static double[] Bits(double[] nats) => [.. nats.Select(loss => loss / Math.Log(2))];

    private static IEnumerable<Answers> TaskAnswers(RetentionSide side, WindowBatch batch)
    {
        var reader = new GuessReader(side.Head!, side.Stack is TextDecoder ? GuessReader.MostOfDecoder : int.MaxValue);
        Tensor states = side.Stack.Run(batch.Ids, batch.Mask, batch.Types, side.Stack.StageCount - 1, side.Stack.AttentionOf(batch.Mask));
        return reader.ReadInPieces(batch, reader.FeaturesOf(batch, states));
    }

    private WindowBatch BatchOf(MaskedWindow[] windows) => new(windows, _before.Stack.PaddingId, _before.Stack.WordEmbeddings.device);

    private RetentionReport Report()
    {
        var bootstrap = new Bootstrap(_probe.Settings.Seed, _probe.Settings.Resamples);
        IReadOnlyList<MaskedWindow> windows = _probe.Windows;
        double[] tokens = [.. windows.Select(window => (double)window.Ids.Length)];
        double[] answers = _probe.Answers;
        bool isMeasured = _readerBefore is not null;
        double[] lossBefore = [.. _tallyBefore.Losses], lossAfter = [.. _tallyAfter.Losses];
        return new()
        {
            Text = _probe.Text,
            Windows = windows.Count / _probe.WindowsPerSample,
            Tokens = (int)tokens.Sum(),
            MaskedTokens = windows.Sum(window => window.Targets.Count(target => target >= 0)),
            Objective = _probe.Objective,
            Loss = isMeasured ? bootstrap.Change(lossBefore, lossAfter, answers) : null,
            Accuracy = isMeasured ? bootstrap.Change([.. _tallyBefore.Right], [.. _tallyAfter.Right], answers) : null,
            Perplexity = _probe.Objective is RetentionObjective.NextToken ? bootstrap.Perplexity(lossBefore, lossAfter, answers) : null,
            BitsPerByte = _probe.Objective is RetentionObjective.NextToken
                ? bootstrap.Change(Bits(lossBefore), Bits(lossAfter), [.. windows.Select(window => (double)window.Bytes)]) : null,
            Divergence = isMeasured ? bootstrap.Mean([.. _divergence.Sums], answers) : null,
            TaskTexts = _probe.Task.Count,
            TaskDivergence = _probe.Task.Count == 0 ? null : bootstrap.Mean(
                [.. _taskDivergence.Sums], [.. _probe.Task.Select(window => (double)window.Targets.Count(target => target >= 0))]),
            Drift =
            [
                .. _drift.Select((states, layer) => new RetentionDrift
                {
                    Layer = layer,
                    CosineDistance = bootstrap.Mean(states.Distances, tokens),
                    LinearCka = states.LinearCka(),
                }),
            ],
        };
    }
}
