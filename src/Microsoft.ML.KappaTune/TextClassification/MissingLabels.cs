namespace Microsoft.ML.KappaTune;

/// <summary>What a training or validation row without a label does.</summary>
public enum MissingLabels
{
    /// <summary>It is left out, and counted in the report.</summary>
    Skip,

    /// <summary>It is an error that names the row.</summary>
    Error,
}
