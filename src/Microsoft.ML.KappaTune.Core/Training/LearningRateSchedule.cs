namespace Microsoft.ML.KappaTune;

/// <summary>How learning rates go on after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>In a straight line, which reaches 0 after the last step.</summary>
    Linear,

    /// <summary>Along half a cosine, which reaches 0 after the last step.</summary>
    Cosine,

    /// <summary>They stay at their highest value.</summary>
    Constant,
}
