namespace Microsoft.ML.KappaTune;

/// <summary>How tensors are taken that hold several matrices, such as the queries, keys and values of a layer.</summary>
public enum FusedMatrices
{
    /// <summary>As the matrix that the file has, with one condition number.</summary>
    Whole,

    /// <summary>
    /// Each of the matrices by itself, with its own condition number, role and state of the optimizer. What lies in turns, head by head, or
    /// is of sizes that the model's configuration doesn't say stays whole.
    /// </summary>
    ByParts,
}
