using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>What a <see cref="ControlMeter"/> measures.</summary>
[Flags]
internal enum ControlMeasures
{
    None = 0,

    /// <summary>The rise of the base's own loss, as a share of it.</summary>
    Loss = 1,

    /// <summary>KL(base, now), in nats an answer.</summary>
    Divergence = 2,

    /// <summary>1 − cos(base, now) of the last layer's states, in the mean over tokens.</summary>
    Drift = 4,
}

/// <summary>How far a model is from its base on a control text; null what wasn't asked for.</summary>
internal sealed record ControlReading(RatioEstimate? LossIncrease, RatioEstimate? Divergence, RatioEstimate? Drift);

/// <summary>
/// Measures a model in training against what it was when this was made, on a fixed sample of control text. What the layers below the first
/// that trains give is kept, so that a measurement runs the rest alone.
/// </summary>
internal sealed class ControlMeter : IDisposable
{
    private readonly RetentionProbe _probe;
    private readonly ControlMeasures _measures;
    private readonly TextModel _model;
    private readonly Func<Tensor, Tensor>? _head, _headOfBase;
    private readonly int _firstTrained;

    // By batch: what enters the first stage that trains, and what the base makes of it.
    private readonly List<Tensor> _lower = [], _features = [], _states = [];
    private readonly RetentionTally _base = new();

    /// <summary>Measures the base, which the model is now.</summary>
    /// <param name="probe">The sample.</param>
    /// <param name="measures">What to measure; loss and divergence need a probe with an objective.</param>
    /// <param name="head">The head for words that the model has now; null where the base has none.</param>
    /// <param name="firstTrained">The first stage of the model in which something trains: 0 the embeddings, then the layers.</param>
    /// <param name="headOfBase">The base's head, where the model's own trains; null where it is <paramref name="head"/>.</param>
    public ControlMeter(
        RetentionProbe probe, ControlMeasures measures, TextModel model, Func<Tensor, Tensor>? head, int firstTrained,
        Func<Tensor, Tensor>? headOfBase = null)
    {
        (_probe, _measures, _model, _head, _firstTrained) = (probe, measures, model, head, firstTrained);
        _headOfBase = headOfBase ?? head;
        Run(MeasureBase);
    }

    /// <summary>Samples: windows, or pairs of sentences.</summary>
    public int Samples => _probe.Windows.Count / _probe.WindowsPerSample;

    /// <summary>Tokens that a measurement runs.</summary>
    public long Tokens => _probe.Windows.Sum(window => (long)window.Ids.Length);

    /// <summary>The base's mean loss and that of guessing by chance, in nats an answer; null where no answers are measured.</summary>
    public (double Loss, double Chance)? BaseLoss =>
        HasAnswers && _probe.Answers.Sum() is var answers ? (_base.Losses.Sum() / answers, _base.Chance / answers) : null;

    private bool HasAnswers => (_measures & (ControlMeasures.Loss | ControlMeasures.Divergence)) != 0;

    private TransformerStack Stack => _model.Stack;

    /// <summary>Compares the model as it is now with the base.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ControlReading Measure(CancellationToken cancellationToken)
    {
        ControlReading? reading = null;
        Run(() => reading = Compare(cancellationToken));
        return reading!;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _lower.Concat(_features).Concat(_states))
            tensor.Dispose();
    }

    private void Run(Action measure)
    {
        bool wasTraining = _model.training;
        using var guard = no_grad();
        _model.eval();
        try
        {
            measure();
        }
        finally
        {
            _model.train(wasTraining);
        }
    }

    private void MeasureBase()
    {
        AnswerReader? reader = HasAnswers ? _probe.NewReader(_headOfBase) : null;
        foreach (MaskedWindow[] windows in _probe.Batches)
        {
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(windows);
            AttentionInput input = Stack.AttentionOf(batch.Mask);
            Tensor lower = Layers(Stack.Embed(batch.Ids, batch.Mask, batch.Types), input, 1, Math.Max(1, _firstTrained));
            Tensor states = Layers(lower, input, Math.Max(1, _firstTrained), Stack.StageCount);
            if (_firstTrained > 0)
                _lower.Add(lower.DetachFromDisposeScope());
            if (_measures.HasFlag(ControlMeasures.Drift))
                _states.Add(states.alias().DetachFromDisposeScope());
            if (reader is null)
                continue;
            Tensor features = reader.FeaturesOf(batch, states);
            foreach (Answers answers in reader.ReadInPieces(batch, features))
            {
                _base.Add(answers);
                answers.Logits.Dispose();
            }

            if (_measures.HasFlag(ControlMeasures.Divergence))
                _features.Add(features.DetachFromDisposeScope());
        }
    }

    private ControlReading Compare(CancellationToken cancellationToken)
    {
        AnswerReader? reader = HasAnswers ? _probe.NewReader(_head) : null, ofBase = HasAnswers ? _probe.NewReader(_headOfBase) : null;
        var tally = new RetentionTally();
        var divergence = new DivergenceTally();
        List<double> distances = [];
        for (int i = 0; i < _probe.Batches.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            WindowBatch batch = BatchOf(_probe.Batches[i]);
            Tensor states = Layers(
                _firstTrained > 0 ? _lower[i] : Stack.Embed(batch.Ids, batch.Mask, batch.Types), Stack.AttentionOf(batch.Mask),
                Math.Max(1, _firstTrained), Stack.StageCount);
            if (_measures.HasFlag(ControlMeasures.Drift))
                distances.AddRange(StateDrift.DistancesOf(_states[i], states, batch.Mask));
            if (reader is null)
                continue;
            bool isDivergence = _measures.HasFlag(ControlMeasures.Divergence);
            using IEnumerator<Answers>? before = isDivergence ? ofBase!.ReadInPieces(batch, _features[i]).GetEnumerator() : null;
            foreach (Answers answers in reader.ReadInPieces(batch, reader.FeaturesOf(batch, states)))
            {
                tally.Add(answers);
                if (before?.MoveNext() == true)
                {
                    divergence.Add(before.Current, answers);
                    before.Current.Logits.Dispose();
                }

                answers.Logits.Dispose();
            }
        }

        return new(
            !_measures.HasFlag(ControlMeasures.Loss) ? null : RatioEstimate.Create(
                [.. tally.Losses.Zip(_base.Losses, (after, before) => after - before)], _base.Losses),
            !_measures.HasFlag(ControlMeasures.Divergence) ? null : RatioEstimate.Create(divergence.Sums, _probe.Answers),
            !_measures.HasFlag(ControlMeasures.Drift) ? null : RatioEstimate.Create(
                distances, [.. _probe.Windows.Select(window => (double)window.Ids.Length)]));
    }

    private Tensor Layers(Tensor hidden, AttentionInput input, int first, int end)
    {
        for (int stage = first; stage < end; stage++)
            hidden = Stack.Layer(stage - 1, hidden, input);
        return hidden;
    }

    private WindowBatch BatchOf(MaskedWindow[] windows) => new(windows, Stack.PaddingId, Stack.WordEmbeddings.device);
}
