using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Fine-tunes a pre-trained language model on texts, completions or conversations.</summary>
internal static class LanguageModelTuner
{
    /// <inheritdoc cref="Tuner.Tune"/>
    public static TuningOutcome<CausalLanguageModel> Tune(LanguageModelRequest request)
    {
        Device device = LanguageModelRequestCheck.Validate(request);
        return Tuner.Tune(new CausalLmTask(request), device);
    }
}
