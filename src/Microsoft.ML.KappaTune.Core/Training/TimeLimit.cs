using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// Plans how many steps a run has time for, from the speed of its first ones. Decided once, and kept in the run's state; fewer are planned
/// afterwards only where measuring the validation rows takes longer than was thought, as writing their transcripts may.
/// </summary>
/// <param name="limit">See <see cref="TuningOptions.MaximumTime"/>.</param>
/// <param name="validationShare">Rows that are validated after an epoch, as a share of those that train in it.</param>
internal sealed class TimeLimit(TimeSpan limit, double validationShare, TuningProgressReporter progress)
{
    // Batches have texts of different lengths, so that a few of them say little about the rest.
    private const int LeastSteps = 5;
    private const double LeastShare = 0.05;

    // What isn't planned, because the steps to come may be slower.
    private const double Margin = 0.05;

    // A row costs a forward pass; in training also a backward pass, which costs as much or more.
    private const double ValidationCost = 0.5;

    // The first step also prepares the tensor library, and isn't counted.
    private (int Steps, TimeSpan Time) _head = (-1, default), _joined = (-1, default);

    // What the validation rows took, spread over the steps of an epoch.
    private TimeSpan _measuring;

    // A step in which everything trains costs about so many of those in which the head does: it has a pass back, and the optimizer.
    private const double JoinedCost = 2.5;

    // Steps are about so much of what a run with probes takes until its end.
    private const double StepsShare = 0.8;

    public bool IsUp(TimeSpan time) => time >= limit;

    /// <summary>
    /// Called after each step in which the new head trains alone before probes find a rate: plans so early what a run has time for, because
    /// probes are for the steps that it will do.
    /// </summary>
    /// <param name="time">What the step took.</param>
    /// <param name="allSteps">Steps of all epochs.</param>
    /// <param name="headShare">The share of the planned steps in which the head trains alone.</param>
    /// <param name="leastOf">The fewest more of these that are needed, for so many planned steps.</param>
    public void HeadStepped(TuningState state, TimeSpan time, int allSteps, double headShare, Func<int, int> leastOf)
    {
        if (!Knows(ref _head, state, time))
            return;
        TimeSpan each = _head.Time / _head.Steps * (headShare + (1 - headShare) * JoinedCost) / StepsShare;
        int planned = state.Step + (int)Math.Clamp((limit - state.Time) / each, 1, allSteps - state.Step);
        if (planned >= allSteps)
            return;
        state.PlannedSteps = planned;
        state.HeadSteps = Math.Clamp((int)(headShare * planned), Math.Min(state.Step + leastOf(planned), planned - 1), planned - 1);
        progress.Log($"{planned} of {allSteps} steps are planned, because MaximumTime is {limit}.");
    }

    /// <summary>Called after each step in which everything trains: plans, once enough of them are known.</summary>
    /// <param name="time">What the step took.</param>
    /// <param name="allSteps">Steps of all epochs.</param>
    public void Stepped(TuningState state, TimeSpan time, int allSteps)
    {
        if (Knows(ref _joined, state, time) && state.PlannedSteps is null)
            Plan(state, allSteps, allSteps);
    }

    /// <summary>Called when the validation rows were measured after an epoch in which everything trained.</summary>
    /// <param name="time">What that took.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, which it is spread over.</param>
    /// <param name="allSteps">Steps of all epochs.</param>
    public void Measured(TuningState state, TimeSpan time, int stepsPerEpoch, int allSteps)
    {
        _measuring = time / stepsPerEpoch;
        if (_joined.Steps >= LeastSteps && _measuring > ExpectedMeasuring && state.PlannedSteps is { } planned && planned > state.Step)
            Plan(state, planned, allSteps);
    }

    private TimeSpan Step => _joined.Time / _joined.Steps;

    private TimeSpan ExpectedMeasuring => Step * (ValidationCost * validationShare);

    /// <param name="most">The most steps that may be planned.</param>
    private void Plan(TuningState state, int most, int allSteps)
    {
        TimeSpan each = Step + (_measuring > ExpectedMeasuring ? _measuring : ExpectedMeasuring);
        TimeSpan left = (1 - Margin) * limit - state.Time;
        int planned = state.Step + (int)Math.Clamp(left / each, 0, most - state.Step);
        state.PlannedSteps = planned;
        if (planned < most)
        {
            string all = NumberText.Duration(state.Time + each * (allSteps - state.Step));
            progress.Log($"{planned} of {allSteps} steps are planned: all would take {all}, and MaximumTime is {limit}.");
        }
    }

    /// <summary>Counts a step, and says whether enough of them are known.</summary>
    private bool Knows(ref (int Steps, TimeSpan Time) known, TuningState state, TimeSpan time)
    {
        if (++known.Steps > 0)
            known.Time += time;
        return known.Steps >= LeastSteps && state.Time >= LeastShare * limit;
    }
}
