namespace Microsoft.ML.KappaTune;

/// <summary>What a run is at.</summary>
public enum TuningPhase
{
    /// <summary>Finds condition numbers; steps are tensors.</summary>
    Scanning,

    /// <summary>Turns texts into tokens; steps are rows.</summary>
    Tokenizing,

    /// <summary>Finds the learning rate that a budget allows; steps are the optimizer's, of all probes.</summary>
    Probing,

    /// <summary>Trains; steps are the optimizer's, of all epochs.</summary>
    Training,

    /// <summary>Has measured the validation set after an epoch.</summary>
    Validated,

    /// <summary>Measures the result against the budget, and weights between it and the base; steps are measurements.</summary>
    Deciding,

    /// <summary>Measures what the finished model kept of what its base knew; steps are windows of the control text.</summary>
    Retention,

    /// <summary>
    /// The encoder of a model that is to hear learns alone, by characters, before anything else; steps are the optimizer's, of all epochs.
    /// </summary>
    EncoderAlone,

    /// <summary>Writes what is said in the validation rows, of which errors are counted; steps are rows.</summary>
    Transcribing,

    /// <summary>
    /// Computes what an encoder that was read, and doesn't train, makes of recordings, once for all epochs; steps are rows.
    /// </summary>
    Encoding,
}
