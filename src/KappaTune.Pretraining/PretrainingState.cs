using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The state of a pre-training.</summary>
internal sealed class PretrainingState : TrainingState
{
    /// <summary>Tokens of the text seen, every time counted.</summary>
    public long Tokens { get; set; }

    /// <summary>What was measured, in the order of the steps.</summary>
    public List<HeldOutResult> HeldOut { get; init; } = [];
}
