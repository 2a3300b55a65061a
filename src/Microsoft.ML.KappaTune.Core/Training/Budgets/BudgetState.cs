using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>How a run has kept to its budget so far. The properties are fields of a training state's file.</summary>
internal sealed class BudgetState
{
    /// <summary>
    /// The name of the run's copy of weights and optimizer at the last point within the budget; there is none once they stay as they were.
    /// </summary>
    public const string Within = "within";

    /// <summary>The probes that are done.</summary>
    public List<RateProbe> Probes { get; init; } = [];

    /// <summary>The highest learning rate that the run began with; null before it is found.</summary>
    public double? FirstRate { get; set; }

    /// <summary>Every measurement within the run.</summary>
    public List<BudgetPoint> Course { get; init; } = [];

    /// <summary>
    /// The share of the budget that the weights use, as it was measured last: beyond the budget they went back to the last point within
    /// it, or to where selected tensors began to train. Null before the first measurement.
    /// </summary>
    [JsonIgnore]
    public double? UsedNow => Course.Count == 0 ? null : Course.FindLast(point => point.Used <= 1)?.Used ?? 0;

    /// <summary>How often the run went back.</summary>
    public int Rollbacks { get; set; }

    /// <summary>Whether the selected tensors stay as they are from here on.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>All steps that the weights have in them.</summary>
    public StepSums Done { get; set; }

    /// <summary>Those that they have at the last point within the budget.</summary>
    public StepSums DoneWithin { get; set; }

    /// <summary>The run's steps there.</summary>
    public int StepWithin { get; set; }

    /// <summary>The optimizer's steps there, by groups; null before the first selected tensor trains.</summary>
    public long[]? StepsWithin { get; set; }

    /// <summary>The sum of the training losses since the last measurement.</summary>
    public double LossSum { get; set; }

    /// <summary>How many they are.</summary>
    public int LossCount { get; set; }

    /// <summary>Time spent on probes.</summary>
    public TimeSpan Probing { get; set; }

    /// <summary>Time spent on measurements within the run.</summary>
    public TimeSpan Watching { get; set; }
}
