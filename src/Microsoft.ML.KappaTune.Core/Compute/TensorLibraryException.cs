namespace Microsoft.ML.KappaTune;

/// <summary>
/// The tensor library can't be loaded: the application has no libtorch for this system, or the system can't run it. The message says what
/// to add or to change.
/// </summary>
public sealed class TensorLibraryException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing, and what to do about it.</param>
    /// <param name="innerException">What was thrown where it was to be loaded.</param>
    public TensorLibraryException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
