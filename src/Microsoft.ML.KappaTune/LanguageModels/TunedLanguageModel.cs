using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.LanguageModels;

/// <summary>All that a transformer holds: what it needs to score, to be saved and to tell how it was made.</summary>
internal sealed record TunedLanguageModel : IDisposable
{
    public required LanguageModelScorer Scorer { get; init; }

    public required TuningReport Report { get; init; }

    /// <summary>The names of the parameters that may differ from the base's.</summary>
    public IReadOnlyList<string> TrainedTensors { get; init; } = [];

    /// <summary>The adapters whose products are in the weights; null where none were trained, or the model was loaded.</summary>
    public LoraAdapters? Adapters { get; init; }

    public required LanguageModelColumns Columns { get; init; }

    /// <summary>Where it computes, as the options name it.</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library where many rows are scored at once; 0 for all cores.</summary>
    public int Threads { get; init; }

    public void Dispose()
    {
        Scorer.Dispose();
        Adapters?.Dispose();
    }
}
