namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>The largest eigenvalue of a projected operator, and how well it is known.</summary>
/// <param name="Largest">The eigenvalue.</param>
/// <param name="Gap">How far the second eigenvalue lies below it.</param>
/// <param name="Residual">‖Ax − θx‖ for this eigenvalue θ and its unit vector x.</param>
/// <param name="Vectors">The eigenvectors [Block, size] of the largest eigenvalues, ascending.</param>
internal sealed record RitzValues(double Largest, double Gap, double Residual, double[] Vectors);
