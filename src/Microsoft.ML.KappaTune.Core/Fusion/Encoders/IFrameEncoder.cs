namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>
/// Makes states of frames. What is behind a row's end never changes the row: each has the states, but for rounding, that it has alone. Its
/// modules are registered in the model; any number of threads may use it.
/// </summary>
internal interface IFrameEncoder : IDisposable
{
    /// <summary>[B, T, F] to [B, T', C], of a type, zeros behind each row's end.</summary>
    /// <exception cref="ArgumentException">A row has more frames than the encoder takes.</exception>
    Tensor Encode(FrameBatch batch, ScalarType dtype);
}
