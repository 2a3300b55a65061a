namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>The largest eigenvalue of a projected operator.</summary>
/// <param name="Largest">The eigenvalue.</param>
/// <param name="Gap">How far the second one lies below it.</param>
/// <param name="Residual">How far the image of its vector is from that multiple of the vector.</param>
/// <param name="Vectors">The eigenvectors [Block, size] of the largest eigenvalues, ascending.</param>
internal sealed record RitzValues(double Largest, double Gap, double Residual, double[] Vectors);
