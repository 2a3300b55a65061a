using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// How far a run has come and what it recorded: all that it needs to go on, beside the weights and the optimizer. The properties are the
/// fields of a training state's file.
/// </summary>
internal abstract class TrainingState : IDisposable
{
    /// <summary>Optimizer steps done.</summary>
    public int Step { get; set; }

    /// <summary>The highest learning rate of all parameters but those of a new head, which the schedule multiplies.</summary>
    public double LearningRate { get; set; }

    /// <summary>Time spent on training and measuring, in all processes.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>The loss of every step.</summary>
    public List<StepLoss> Losses { get; init; } = [];

    /// <summary>Copies of everything that trained, which the run may return to; null where none are kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<Tensor>? Kept { get; private set; }

    /// <summary>Replaces what is kept.</summary>
    public void Keep(IReadOnlyList<Tensor> weights)
    {
        Dispose();
        Kept = weights;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Kept ?? [])
            tensor.Dispose();
        Kept = null;
    }
}
