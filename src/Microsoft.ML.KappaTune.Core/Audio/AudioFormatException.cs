namespace Microsoft.ML.KappaTune;

/// <summary>
/// A file of sound can't be read. The message names the file, the field that is wrong, the reason and what to do about it; nothing of
/// the sound was returned before it was thrown.
/// </summary>
public sealed class AudioFormatException : FormatException
{
    internal AudioFormatException(string file, string reason, string remedy, string? field = null, Exception? innerException = null)
        : base($"{file}{(field is null ? "" : $", {field}")}: {reason}. {remedy}", innerException)
    {
        File = file;
        Reason = reason;
        Remedy = remedy;
        Field = field;
    }

    /// <summary>The file that can't be read.</summary>
    public string File { get; }

    /// <summary>The field it is about, such as <c>wFormatTag</c>; null where it is about no single one.</summary>
    public string? Field { get; }

    /// <summary>What is wrong.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
