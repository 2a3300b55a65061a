using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What tuning makes.</summary>
/// <param name="Classifier">The tuned model, ready to score; its weights hold what adapters learnt. The receiver disposes it.</param>
/// <param name="Report">How it went.</param>
/// <param name="TrainedTensors">The canonical names of every tensor that may differ from the base: selected ones and the head's.</param>
/// <param name="Adapters">The adapters, apart from the model, where the method was LoRA.</param>
internal sealed record TunedClassifier(
    TextClassifier Classifier, TuningReport Report, IReadOnlyList<string> TrainedTensors, LoraAdapters? Adapters);
