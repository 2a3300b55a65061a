using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>The last point of a run that is within its budget, to which weights and optimizer can go back; it is in the run's state.</summary>
internal sealed class PointWithin(TuningState state, TrainedWeights weights, FlatAdamW optimizer)
{
    private BudgetState State => state.Budget!;

    /// <summary>Makes it the point where the run is now.</summary>
    public void Remember()
    {
        state.SetTensors(BudgetState.Within, OptimizerState.Copy(weights, optimizer));
        State.StepsWithin = OptimizerState.Steps(optimizer);
        (State.StepWithin, State.DoneWithin) = (state.Step, State.Done);
    }

    public void GoBack()
    {
        OptimizerState.GoBack(weights, optimizer, state.TensorsOf(BudgetState.Within)!, State.StepsWithin!);
        State.Done = State.DoneWithin;
    }

    /// <summary>Frees the copies, where the weights stay as they are.</summary>
    public void Forget() => state.RemoveTensors(BudgetState.Within);
}
