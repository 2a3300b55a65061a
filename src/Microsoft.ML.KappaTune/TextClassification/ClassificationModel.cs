using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Persistence;

namespace Microsoft.ML.KappaTune.TextClassification;

/// <summary>All that a transformer holds: what it needs to score, to be saved and to tell how it was made.</summary>
internal sealed record ClassificationModel : IDisposable
{
    public required IClassScorer Classifier { get; init; }

    /// <summary>How it was tuned; null where it was tuned elsewhere.</summary>
    public TuningReport? Report { get; init; }

    /// <summary>The names of the parameters that may differ from the base's.</summary>
    public IReadOnlyList<string> TrainedTensors { get; init; } = [];

    /// <summary>The adapters whose products are in the weights; null where none were trained.</summary>
    public LoraAdapters? Adapters { get; init; }

    public required LabelValues Labels { get; init; }

    public required ClassificationColumns Columns { get; init; }

    /// <summary>What <see cref="ClassificationModelFile"/> saves.</summary>
    public WeightStorage WeightStorage { get; init; }

    /// <summary>Where it computes, as the options name it.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library where many rows are scored at once; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>The place of the base model that it was trained from; null where it was loaded.</summary>
    public string? TrainedFrom { get; init; }

    /// <summary>The base model that it was loaded with; null where it was trained, or loaded with all its weights.</summary>
    public BaseReference? Base { get; init; }

    public void Dispose()
    {
        Classifier.Dispose();
        Adapters?.Dispose();
    }
}
