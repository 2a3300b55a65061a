namespace Microsoft.ML.KappaTune.Audio;

/// <summary>How a sample is stored; the numbers of more than one byte begin with the lowest.</summary>
internal enum SampleEncoding
{
    /// <summary>0 to 255, where 128 is silence.</summary>
    Unsigned8,

    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,
}
