namespace Microsoft.ML.KappaTune;

/// <summary>How far a scan has come; reported after every tensor, from the scanning thread.</summary>
/// <param name="Tensor">The tensor that was finished last.</param>
/// <param name="Tensors">Tensors finished.</param>
/// <param name="TotalTensors">Tensors to scan.</param>
/// <param name="Bytes">Stored bytes of the tensors finished.</param>
/// <param name="TotalBytes">Stored bytes to scan.</param>
/// <param name="Remaining">Estimated time to the end; null before there is anything to estimate from.</param>
public readonly record struct ScanProgress(string Tensor, int Tensors, int TotalTensors, long Bytes, long TotalBytes, TimeSpan? Remaining);
