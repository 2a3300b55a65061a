using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// Plans how many steps a run has time for, from the speed of its first ones. Decided once, and kept in the run's state.
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
    private int _steps = -1;
    private TimeSpan _time;

    public bool IsUp(TimeSpan time) => time >= limit;

    /// <summary>Called after each step in which everything trains, until the steps are planned.</summary>
    /// <param name="time">What the step took.</param>
    /// <param name="allSteps">Steps of all epochs.</param>
    public void Stepped(TuningState state, TimeSpan time, int allSteps)
    {
        if (++_steps > 0)
            _time += time;
        if (_steps < LeastSteps || state.Time < LeastShare * limit)
            return;
        TimeSpan each = _time / _steps * (1 + ValidationCost * validationShare);
        TimeSpan left = (1 - Margin) * limit - state.Time;
        int planned = state.Step + (int)Math.Clamp(left / each, 0, allSteps - state.Step);
        state.PlannedSteps = planned;
        if (planned < allSteps)
        {
            string all = NumberText.Duration(state.Time + each * (allSteps - state.Step));
            progress.Log($"{planned} of {allSteps} steps are planned: all would take {all}, and MaximumTime is {limit}.");
        }
    }
}
