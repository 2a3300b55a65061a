namespace Microsoft.ML.KappaTune;

/// <summary>How the weights of a base model that is stored quantised are held in memory while it is tuned.</summary>
public enum BaseWeights
{
    /// <summary>Quantised where adapters alone train, dequantised otherwise.</summary>
    Auto,

    /// <summary>
    /// As codes, as large as in the file: values of one linear layer at a time are made for each product, in one buffer of the largest
    /// layer's size, which costs time; on a GPU, too, the CPU makes them. What is selected to train itself is dequantised.
    /// </summary>
    Quantised,

    /// <summary>Their values, 4 bytes each (2 in bfloat16): faster, and as much memory as a model that was never quantised.</summary>
    Dequantised,
}
