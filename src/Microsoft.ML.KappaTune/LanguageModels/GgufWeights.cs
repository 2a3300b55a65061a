namespace Microsoft.ML.KappaTune;

/// <summary>How the matrices of a model are stored in a GGUF file. Vectors and routers are in 32 bits in each.</summary>
public enum GgufWeights
{
    /// <summary>16 bits a value, GGUF's F16.</summary>
    F16 = 0,

    /// <summary>32 bits a value, GGUF's F32: the tuned model itself, bit for bit.</summary>
    F32 = 1,

    /// <summary>Codes of 8 bits with a scale for each 32 of them, GGUF's Q8_0; F16 where a row isn't a multiple of 32 long.</summary>
    Q8 = 2,
}
