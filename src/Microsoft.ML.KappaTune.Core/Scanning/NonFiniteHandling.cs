namespace Microsoft.ML.KappaTune;

/// <summary>What a scan does about a weight that is NaN or infinite.</summary>
public enum NonFiniteHandling
{
    /// <summary>A <see cref="CheckpointFormatException"/> that names the tensor.</summary>
    Error,

    /// <summary>A row without a condition number, which can't be selected.</summary>
    Report,
}
