using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Fine-tunes a pre-trained encoder or decoder to tell classes of texts.</summary>
internal static class TextClassificationTuner
{
    /// <inheritdoc cref="Tuner.Tune"/>
    public static TunedClassifier Tune(TextClassificationRequest request)
    {
        Device device = ClassificationRequestCheck.Validate(request);
        TuningOutcome<ClassifierModel> tuned = Tuner.Tune(new ClassificationTask(request), device);
        return new(
            new TextClassifier(tuned.Model, tuned.Tokenizer, tuned.Files, tuned.MaxTokens, tuned.Device), tuned.Report,
            tuned.TrainedTensors, tuned.Adapters);
    }
}

/// <summary>What tuning makes.</summary>
/// <param name="Classifier">The tuned model, ready to score; its weights hold what adapters learnt. The receiver disposes it.</param>
/// <param name="TrainedTensors">The canonical names of every tensor that may differ from the base: selected ones and the head's.</param>
/// <param name="Adapters">The adapters, apart from the model, where the method was LoRA.</param>
internal sealed record TunedClassifier(
    TextClassifier Classifier, TuningReport Report, IReadOnlyList<string> TrainedTensors, LoraAdapters? Adapters);
