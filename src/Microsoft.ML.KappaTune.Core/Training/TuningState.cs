using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Training.Budgets;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>The state of a run in epochs.</summary>
internal sealed class TuningState : TrainingState
{
    /// <summary>The epoch it is in, from 1.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>Rows, or tokens that count, trained in this epoch.</summary>
    public long EpochRows { get; set; }

    /// <summary>The sum of their losses.</summary>
    public double EpochLoss { get; set; }

    /// <summary>Time spent on this epoch.</summary>
    public TimeSpan EpochTime { get; set; }

    /// <summary>The part of it in which the steps themselves were done: without a budget's probes and measurements.</summary>
    public TimeSpan EpochStepTime { get; set; }

    /// <summary>The epochs that ended.</summary>
    public List<EpochReport> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights <see cref="TrainingState.Kept"/> are; 0 before the first has ended.</summary>
    public int BestEpoch { get; set; }

    /// <summary>What early stopping watches, in that epoch, as a number that is better if higher.</summary>
    public double BestValue { get; set; } = double.NegativeInfinity;

    /// <summary>Steps that there is time for, at most those of all epochs; null before that was decided, and without a limit.</summary>
    public int? PlannedSteps { get; set; }

    /// <summary>Why training ended; null while it goes on.</summary>
    public TuningStop? Stop { get; set; }

    /// <summary>Training rows whose frozen activations are kept; null before that was decided.</summary>
    public int? CachedTrainingRows { get; set; }

    /// <summary>Validation rows whose frozen activations are kept; null before that was decided.</summary>
    public int? CachedValidationRows { get; set; }

    /// <summary>What was selected, and why; null before that was decided.</summary>
    public TuningPlan? Plan { get; set; }

    /// <summary>
    /// Steps in which the new head trains alone, where a limit of time shortened them; null for those of the options.
    /// </summary>
    public int? HeadSteps { get; set; }

    /// <summary>How the run has kept to its budget; null without one.</summary>
    public BudgetState? Budget { get; set; }

    /// <summary>How long the scan of the base model took.</summary>
    public TimeSpan ScanTime { get; set; }

    /// <summary>Rows, or tokens that count, trained a second, in this epoch so far.</summary>
    [JsonIgnore]
    public double RowsPerSecond => EpochRows / EpochStepTime.TotalSeconds;

    public void AddStep(double loss, int rows, TimeSpan time)
    {
        EpochStepTime += time;
        EpochRows += rows;
        EpochLoss += loss * rows;
    }

    /// <summary>Closes the epoch; says whether it is the best so far.</summary>
    public bool AddEpoch(ValidationResult? validation, EarlyStopping? early)
    {
        Epochs.Add(new(Epoch, EpochLoss / EpochRows, validation, RowsPerSecond, EpochTime));
        double value = validation is null || early is null ? Epoch : validation.ValueOf(early.Metric);
        bool isBest = BestEpoch == 0 || value > BestValue;
        if (isBest)
            (BestEpoch, BestValue) = (Epoch, value);
        else if (Epoch - BestEpoch >= early!.Patience)
            Stop = TuningStop.StoppedEarly;
        Epoch++;
        (EpochRows, EpochLoss, EpochTime, EpochStepTime) = (0, 0, TimeSpan.Zero, TimeSpan.Zero);
        return isBest;
    }
}
