using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// Keeps a run to its budget: finds the learning rate before the first selected tensor trains, measures while they do, and in the end
/// gives weights that are within. All that it decides follows from the seed and the steps, and what it remembers is in the run's state.
/// </summary>
internal sealed class BudgetKeeper : IDisposable
{
    /// <summary>The part of the run's time that measurements within it may take.</summary>
    private const double WatchShare = 0.05;

    /// <summary>However short a run is, and however long.</summary>
    private const int FewestMeasurements = 3, MostMeasurements = 20;

    private readonly TuningOptions _options;
    private readonly BudgetMeter _meter;
    private readonly TrainedWeights _weights;
    private readonly FlatAdamW _optimizer;
    private readonly PointWithin _within;
    private readonly TuningState _state;
    private readonly TuningProgressReporter _progress;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<Tensor> _base;
    private readonly ForgettingCurve _curve;
    private readonly BudgetCourse _course;

    /// <summary>After how many of the steps in which selected tensors train the run is measured.</summary>
    private readonly HashSet<int> _places;

    private int? _returnedTo;

    /// <param name="meter">Belongs to this from here on.</param>
    /// <param name="passTokens">Tokens that the run passes forward and, at twice the cost, back.</param>
    /// <param name="steps">Optimizer steps in which selected tensors are to train.</param>
    public BudgetKeeper(
        TuningOptions options, BudgetMeter meter, TrainedWeights weights, FlatAdamW optimizer, TuningState state,
        TuningProgressReporter progress, TimeProvider clock, long passTokens, int steps)
    {
        (_options, _meter, _weights, _optimizer, _state, _progress, _clock) =
            (options, meter, weights, optimizer, state, progress, clock);
        _base = weights.Copy();
        _within = new(state, weights, optimizer);
        _curve = ForgettingCurve.Of(options.Budget!);
        _course = new(_curve, options.Budget!.MaximumRollbacks, mayRaise: options.LearningRate is null);
        // A step costs at least two forward passes of its tokens, a measurement one.
        int measurements = (int)Math.Clamp(WatchShare * 2 * passTokens / meter.WatchedTokens, FewestMeasurements, MostMeasurements);
        // Closer at first, where what is learnt about the rate serves most of the run.
        _places = [.. Enumerable.Range(1, measurements)
            .Select(k => (int)Math.Ceiling(steps * Math.Pow(k / (measurements + 1.0), 2))).Where(place => place < steps)];
    }

    private BudgetState State => _state.Budget!;

    private CancellationToken Cancellation => _options.CancellationToken;

    /// <summary>
    /// Called when the selected tensors are to train: finds the learning rate, unless the user gave it or a run that goes on found it.
    /// </summary>
    /// <param name="factorsOf">Gives the schedule's factors on the learning rate in the steps to come.</param>
    /// <param name="tryStep">Does one of the run's steps, by its number from 0, at a rate, and gives its loss.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; everything is as it was before.</exception>
    public void FindRate(Func<IEnumerable<double>> factorsOf, Func<int, double, double> tryStep)
    {
        if (State.FirstRate is not null)
            return;
        if (State.StepsWithin is null)
            _within.Remember();
        if (_options.LearningRate is null)
            Probe(new(_curve, GradientAgreement.Of(_optimizer), _state, [.. factorsOf()]), tryStep);
        State.FirstRate = _state.LearningRate;
    }

    /// <summary>Called after each step in which the selected tensors trained; measures where it is time to.</summary>
    /// <param name="stepsDone">Steps in which they trained.</param>
    /// <param name="factorsOf">Gives the schedule's factors on the learning rate in the steps to come.</param>
    public void AfterStep(double loss, int stepsDone, Func<IEnumerable<double>> factorsOf)
    {
        if (State.IsFrozen)
            return;
        State.Done = State.Done.Plus(_state.Losses[^1].LearningRate);
        State.LossSum += loss;
        State.LossCount++;
        if (!_places.Contains(stepsDone) || !factorsOf().Any(factor => factor > 0))
            return;
        long began = _clock.GetTimestamp();
        Steer(_meter.Watch(CancellationToken.None), factorsOf());
        State.Watching += _clock.GetElapsedTime(began);
    }

    /// <summary>
    /// Called where a step's loss or a gradient isn't finite: goes back to the last point within the budget, and says whether it did.
    /// </summary>
    /// <param name="factorsOf">See <see cref="AfterStep"/>.</param>
    public bool Diverged(Func<IEnumerable<double>> factorsOf)
    {
        // At the last point within the budget it isn't the way from there that is to blame.
        if (State.IsFrozen || State.Done.Path <= State.DoneWithin.Path)
            return false;
        Steer(new(new(), double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity), factorsOf());
        return true;
    }

    /// <summary>
    /// Where the run has gone back from the weights of a step, sets the model to those of the last point within the budget, and says so.
    /// </summary>
    /// <param name="step">The number of steps done; in the last of them selected tensors trained.</param>
    public bool LeaveBeyond(int step)
    {
        if (!(State.Course.Find(point => point.Step >= step)?.Used > 1))
            return false;
        if (!State.IsFrozen)
            _within.GoBack();
        _returnedTo = State.IsFrozen ? _state.Step : State.StepWithin;
        return true;
    }

    private void Steer(BudgetReading reading, IEnumerable<double> factors)
    {
        var toCome = StepSums.Of(factors.Select(factor => factor * _state.LearningRate));
        BudgetDecision decision = _course.Decide(State, reading, toCome, GradientAgreement.Of(_optimizer));
        BudgetAction action = Act(decision, reading.Used <= 1);
        State.Course.Add(new()
        {
            Step = _state.Step,
            TrainingLoss = State.LossSum / State.LossCount,
            Measured = reading.Measured,
            Used = reading.Used,
            Expected = decision.Expected,
            Action = action,
            LearningRate = _state.LearningRate,
        });
        (State.LossSum, State.LossCount) = (0, 0);
        BudgetLog.Measured(_progress, State);
    }

    /// <summary>
    /// Sets the model to the weights between base and tuned that learn most within the budget, and says what they are; the tuned ones as
    /// they are where the run was cancelled.
    /// </summary>
    /// <param name="validate">Measures the model on validation rows; null where there are none.</param>
    public BudgetReport Decide(string text, Func<ValidationResult>? validate)
    {
        var report = new BudgetReport
        {
            Budget = _options.Budget!,
            Text = text,
            Objective = _meter.Objective,
            DecidingSamples = _meter.Samples,
            WatchedSamples = _meter.WatchedSamples,
            PlannedMeasurements = _places.Count,
            LearningRate = _options.LearningRate ?? State.FirstRate,
            Probes = [.. State.Probes.OrderBy(probe => probe.LearningRate)],
            Course = State.Course,
            Interpolation = 1,
            ReturnedToStep = _returnedTo,
            Outcome = BudgetOutcome.Unverified,
            ProbingTime = State.Probing,
            WatchingTime = State.Watching,
            DecidingTime = TimeSpan.Zero,
        };
        if (_state.Stop == TuningStop.Cancelled)
            return report;
        long began = _clock.GetTimestamp();
        int measured = 0;
        using var between = new Interpolation(_weights, _base);
        BudgetChoice choice = new BudgetEnd(
            _curve, between.Set, Measure, validate, _options.EarlyStopping?.Metric ?? ValidationMetric.Loss).Choose();
        _progress.Report(TuningPhase.Deciding, measured, measured);
        report = report with
        {
            Interpolation = choice.Share,
            Validation = choice.Validation,
            Decided = choice.Reading.Measured,
            DecidedUsed = choice.Reading.UpperUsed,
            // The base with a new head, too, where the best epoch was one of the head alone.
            Outcome = between.IsBase() ? BudgetOutcome.HeadOnly : BudgetOutcome.Learned,
            DecidingTime = _clock.GetElapsedTime(began),
        };
        BudgetLog.Decided(_progress, report, _weights.HasHead);
        return report;

        BudgetReading Measure()
        {
            _progress.Report(TuningPhase.Deciding, measured++, BudgetEnd.MostTries + 1);
            return _meter.Decide(CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        foreach (Tensor tensor in _base)
            tensor.Dispose();
    }

    private void Probe(RateProbes probes, Func<int, double, double> tryStep)
    {
        long began = _clock.GetTimestamp();
        TimeSpan before = State.Probing;
        var search = new RateSearch(_curve, RateSearch.FirstRate(_options.Method));
        while (search.Next(State.Probes) is { } rate)
        {
            try
            {
                State.Probes.Add(probes.Run(rate, tryStep, () => _meter.Watch(Cancellation), _progress, Cancellation));
            }
            finally
            {
                _within.GoBack();
            }

            State.Probing = before + _clock.GetElapsedTime(began);
            BudgetLog.Probed(_progress, State.Probes[^1]);
        }

        _state.LearningRate = search.Choose(State.Probes);
        BudgetLog.Found(_progress, _state.LearningRate, State.Probes.Count);
    }

    /// <summary>Does what was decided, and gives what came of it: a rate that is as high as it may be doesn't rise.</summary>
    private BudgetAction Act(BudgetDecision decision, bool isWithin)
    {
        if (isWithin)
            _within.Remember();
        else
            _within.GoBack();
        if (decision.Action == BudgetAction.RolledBack)
            State.Rollbacks++;
        if (decision.Action == BudgetAction.Frozen)
        {
            State.IsFrozen = true;
            _within.Forget();
        }

        double before = _state.LearningRate;
        _state.LearningRate *= decision.RateFactor;
        if (decision.Action != BudgetAction.RateRaised)
            return decision.Action;
        _state.LearningRate = Math.Max(before, Math.Min(_state.LearningRate, RateSearch.Ceiling(_options.Method, State.Probes)));
        return _state.LearningRate > before ? BudgetAction.RateRaised : BudgetAction.None;
    }
}
