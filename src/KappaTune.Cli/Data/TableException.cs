namespace KappaTune.Cli.Data;

/// <summary>A file of rows isn't as it must be; the message names the file, the line and a remedy.</summary>
internal sealed class TableException(string message) : FormatException(message);
