using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>Makes a pre-trained language model hear.</summary>
internal static class SpeechTuner
{
    /// <inheritdoc cref="Tuner.Tune"/>
    public static TuningOutcome<FusedModel> Tune(SpeechRequest request)
    {
        Device device = SpeechRequestCheck.Validate(request);
        return Tuner.Tune(new SpeechTask(request), device);
    }
}
