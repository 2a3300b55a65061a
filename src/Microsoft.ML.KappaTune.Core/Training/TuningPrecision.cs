namespace Microsoft.ML.KappaTune;

/// <summary>The numbers that a model computes with while it is tuned; weights that train, and the optimizer, are always 32-bit.</summary>
public enum TuningPrecision
{
    /// <summary>bfloat16 on a GPU, 32-bit on a CPU.</summary>
    Auto,

    /// <summary>32-bit numbers.</summary>
    Float32,

    /// <summary>bfloat16: faster on a GPU, slower on most CPUs.</summary>
    BFloat16,
}
