using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.LabelWords;

/// <summary>Fine-tunes a pre-trained language model to complete prompts with the words of classes.</summary>
internal static class LabelWordTuner
{
    /// <inheritdoc cref="Tuner.Tune"/>
    public static TunedWords Tune(TextClassificationRequest request)
    {
        Device device = ClassificationRequestCheck.Validate(request);
        var task = new LabelWordTask(request);
        TuningOutcome<CausalLanguageModel> tuned = Tuner.Tune(task, device);
        return new(
            new WordClassifier(tuned.Model, tuned.Tokenizer, tuned.Files, task.Words, tuned.MaxTokens, tuned.Device), tuned.Report,
            tuned.TrainedTensors, tuned.Adapters);
    }
}

/// <summary>What tuning makes.</summary>
/// <param name="Classifier">The tuned model, ready to score; its weights hold what adapters learnt. The receiver disposes it.</param>
/// <param name="TrainedTensors">The canonical names of every tensor that may differ from the base.</param>
/// <param name="Adapters">The adapters, apart from the model, where the method was LoRA.</param>
internal sealed record TunedWords(
    WordClassifier Classifier, TuningReport Report, IReadOnlyList<string> TrainedTensors, LoraAdapters? Adapters);
