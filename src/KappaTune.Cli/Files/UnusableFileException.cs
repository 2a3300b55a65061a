namespace KappaTune.Cli.Files;

/// <summary>A file that a command line names can't be what it is to be; the message says which, why, and what to do.</summary>
internal sealed class UnusableFileException(string message, Exception? innerException = null) : IOException(message, innerException);
