using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// How far a run has come and what it recorded: all that it needs to go on, beside the weights and the optimizer. The properties are the
/// fields of a training state's file.
/// </summary>
internal abstract class TrainingState : IDisposable
{
    private const string KeptWeights = "kept";

    private readonly SortedDictionary<string, IReadOnlyList<Tensor>> _tensors = new(StringComparer.Ordinal);

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
    public IReadOnlyList<Tensor>? Kept => TensorsOf(KeptWeights);

    /// <summary>What the run may return to, by names of its own: float32 tensors on the CPU.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, IReadOnlyList<Tensor>> Tensors => _tensors;

    /// <summary>Replaces what is kept.</summary>
    public void Keep(IReadOnlyList<Tensor> weights) => SetTensors(KeptWeights, weights);

    /// <summary>The tensors of a name; null where there are none.</summary>
    public IReadOnlyList<Tensor>? TensorsOf(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Replaces the tensors of a name, which are disposed; those that come are disposed with the state.</summary>
    public void SetTensors(string name, IReadOnlyList<Tensor> tensors)
    {
        Free(TensorsOf(name));
        _tensors[name] = tensors;
    }

    /// <summary>Disposes the tensors of a name, where there are some.</summary>
    public void RemoveTensors(string name)
    {
        Free(TensorsOf(name));
        _tensors.Remove(name);
    }

    public void Dispose()
    {
        foreach (IReadOnlyList<Tensor> tensors in _tensors.Values)
            Free(tensors);
        _tensors.Clear();
    }

    private static void Free(IReadOnlyList<Tensor>? tensors)
    {
        foreach (Tensor tensor in tensors ?? [])
            tensor.Dispose();
    }
}
