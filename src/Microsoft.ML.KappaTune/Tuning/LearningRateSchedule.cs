namespace Microsoft.ML.KappaTune;

/// <summary>How learning rates go on after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>In a straight line to 0 at the last step.</summary>
    Linear,

    /// <summary>Along half a cosine to 0 at the last step.</summary>
    Cosine,

    /// <summary>As they are.</summary>
    Constant,
}
