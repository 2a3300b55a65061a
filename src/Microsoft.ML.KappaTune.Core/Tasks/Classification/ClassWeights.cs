namespace Microsoft.ML.KappaTune;

/// <summary>How much the rows of each class count in the loss.</summary>
public enum ClassWeights
{
    /// <summary>Every row the same.</summary>
    None,

    /// <summary>Every class the same: a row counts rows / (classes · rows of its class).</summary>
    Balanced,
}
